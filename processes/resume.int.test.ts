import { expect } from 'chai'
import { orderProcess } from './order-process.ts'
import { resumeOrder, type ResumeDeps } from './resume.ts'
import { openShop, type TestShop } from './testing/shop.ts'

describe('taking an order up by hand', () => {
  let shop: TestShop
  before(async () => {
    shop = await openShop()
  })
  after(() => shop.stop())

  const deps = (): ResumeDeps => ({
    ...shop.instance(),
    table: orderProcess,
    readStream: (stream) => shop.store.readStream(stream),
  })

  it('takes it as far as it goes, once', async () => {
    const orderId = await shop.place([await shop.stock(1)])
    expect(await resumeOrder(deps(), orderId)).to.deep.equal({ kind: 'moved', status: 'paid' })
    expect(await resumeOrder(deps(), orderId)).to.deep.equal({ kind: 'waiting', status: 'paid' })
    expect((await shop.ledger.effects(orderId)).map(({ kind }) => kind)).to.deep.equal([
      'authorize',
      'capture',
    ])
  })

  it('tells why it could not, and where the order stands', async () => {
    const orderId = await shop.place([await shop.stock(1)])
    const broken = {
      ...deps(),
      table: () => ({ name: 'x', run: () => Promise.reject(new TypeError('boom')) }),
    }
    expect(await resumeOrder(broken, orderId)).to.deep.equal({
      kind: 'failed',
      status: 'placed',
      reason: 'Step x of an order that is placed: TypeError: boom',
    })
    const idle = {
      ...deps(),
      table: () => ({ name: 'x', run: () => Promise.resolve({ kind: 'done' } as const) }),
    }
    expect(await resumeOrder(idle, orderId)).to.include({ kind: 'failed', status: 'placed' })
  })

  it('knows nothing of an order that is not there', async () => {
    expect(await resumeOrder(deps(), 'nobody')).to.equal(undefined)
  })
})
