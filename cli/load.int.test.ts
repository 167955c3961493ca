import { expect } from 'chai'
import { startOrderstream, temporaryDataDir, type Orderstream } from '../test/support/orderstream.ts'
import type { LoadResult } from './load/report.ts'
import { runProgram, type Ended } from '../test/support/program.ts'

const load = (args: readonly string[]): Promise<Ended> => runProgram('cli/load.ts', args)

describe('npm run load', () => {
  let shop: Orderstream
  let url: string
  let dataDir: Awaited<ReturnType<typeof temporaryDataDir>>
  before(async function () {
    this.timeout(60_000)
    dataDir = await temporaryDataDir()
    await dataDir.openedBefore()
    shop = startOrderstream({ dataDir: dataDir.path, env: { RATE_LIMITS: 'off' } })
    url = await shop.ready()
  })
  after(async () => {
    shop.process.kill('SIGINT')
    await shop.ended
    await dataDir.remove()
  })

  it('places orders of every kind, measures, and finds that everything adds up', async function () {
    this.timeout(60_000)
    const args = '--rate 10 --duration 3s --warm-up 0s --mix paid=2,declined=1,cancelled=1 --follow 50 --json'
    const { code, output } = await load(['--url', url, ...args.split(' ')])

    expect(code).to.equal(0)
    const { measured, findings } = JSON.parse(output) as LoadResult
    expect(findings.broken).to.deep.equal([])
    expect(measured.refused).to.deep.equal({})
    const ends = ['paid', 'cancelled: payment_declined', 'cancelled: requested_by_customer']
    expect(findings.ended).to.have.all.keys(...ends)
    expect(
      measured.accepted.count + measured.paid.count + measured.ended.count + measured.notSettledInTime,
    ).to.equal(findings.orders)
    expect(measured.accepted.p50).to.be.greaterThan(0)
  })

  it('says what is wrong where it can not work', async () => {
    const nobody = await load(['--url', 'http://127.0.0.1:9', '--duration', '1s'])
    expect(nobody.code).to.equal(1)
    expect(nobody.errors).to.equal(
      'orderstream: Nothing answers at http://127.0.0.1:9: start it with "RATE_LIMITS=off npm start".\n',
    )
    expect((await load(['--help'])).output).to.match(/^Usage: npm run load/)
  })
})
