import { expect } from 'chai'
import { runPage } from './support/page-commands.ts'

describe('docs/catalogue-and-carts.md', () => {
  it('shows commands that do what it says', async function () {
    this.timeout(120_000)
    const lines = await runPage('docs/catalogue-and-carts.md')
    // the price before and after its change, the type of the image, the order that came of the cart
    for (const line of ['[ 890, 990 ]', 'image/png', "[ 'NEVER' ]", "[ 'Sencha, 100 g 2' ]", 'paid']) {
      expect(lines).to.include(line)
    }
  })
})
