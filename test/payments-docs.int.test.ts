import { expect } from 'chai'
import { runPage } from './support/page-commands.ts'

describe('docs/payments.md', () => {
  it('shows commands that do what it says', async function () {
    this.timeout(120_000)
    const lines = await runPage('docs/payments.md')
    // what the provider said, what is in the wallet, what became of the webhook; the orders are paid, or it would not have come to an end
    expect(lines.filter((line) => line !== '')).to.deep.equal(['APPROVED', '50000', 'taken'])
  })
})
