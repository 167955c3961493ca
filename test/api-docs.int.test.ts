import { expect } from 'chai'
import { runPage } from './support/docs-page.ts'

describe('docs/api.md', () => {
  it('shows commands that do what it says', async function () {
    this.timeout(120_000)
    const { lines, outputs } = await runPage('docs/api.md')
    for (const line of [
      'paid',
      "[ 'cancelled', 'payment_declined' ]",
      'one order',
      'another body: 422',
      'from 2 on: 3',
      'all of it: 204',
      'the newest order is there',
      'partially_refunded',
      'with an old ETag: 412',
      'all of it is back',
      '4 pages, 7 orders',
    ]) {
      expect(lines).to.include(line)
    }
    // what it shows of the live stream is what came
    const [shown = ''] = outputs
    expect(lines.join('\n')).to.contain(shown.trim())
  })
})
