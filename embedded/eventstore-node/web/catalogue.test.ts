import { expect } from 'chai'
import { openLog, type NodeLog } from '../log/log.ts'
import { event } from '../log/testing/events.ts'
import { createCatalogue, type Catalogue } from './catalogue.ts'

describe('The catalogue of names', () => {
  let log: NodeLog
  let catalogue: Catalogue
  const append = (stream: string, type = 'Tested', count = 1) =>
    log.append(
      stream,
      'any',
      Array.from({ length: count }, () => ({ ...event(), type })),
    )

  beforeEach(() => {
    log = openLog()
    catalogue = createCatalogue(log)
  })
  afterEach(() => log.close())

  it('finds streams by a part of their names', async () => {
    for (const stream of ['order-1', 'Order-2', 'reorder-1', 'cart', '$ce-order']) await append(stream)
    const search = (text: string, system = false, limit = 10) => catalogue.search({ text, system, limit })
    expect(await search('order')).to.deep.equal(['Order-2', 'order-1', 'reorder-1'])
    expect(await search('ORDER', true)).to.deep.equal(['Order-2', 'order-1', '$ce-order', 'reorder-1'])
    expect(await search('')).to.deep.equal(['cart', 'reorder-1', 'Order-2', 'order-1'])
    expect(await search('', true, 2)).to.deep.equal(['$ce-order', 'cart'])
    expect(await search('none')).to.deep.equal([])
  })

  it('counts the streams of categories, also those that came since', async () => {
    for (const stream of ['order-1', 'order-2', 'cart-1', 'nodash', '$ce-order', '$$order-1'])
      await append(stream)
    expect(await catalogue.categories()).to.deep.equal([
      { name: 'order', streams: 2, newest: 'order-2' },
      { name: 'cart', streams: 1, newest: 'cart-1' },
    ])
    await Promise.all(Array.from({ length: 6000 }, (_, n) => append(`cart-${n + 2}`)))
    const [first] = await Promise.all([catalogue.categories(), catalogue.categories()])
    expect(first[0]).to.deep.include({ name: 'cart', streams: 6001 })
  })

  it('counts events by their types, and goes on where it was', async () => {
    await append('a', 'A', 3)
    await append('b', 'B')
    await append('$system', 'C')
    expect(await catalogue.types()).to.deep.equal({
      types: [
        { name: 'A', events: 3 },
        { name: 'B', events: 1 },
      ],
      complete: true,
    })
    await append('b', 'B', 1000)
    expect((await catalogue.types()).types[0]).to.deep.equal({ name: 'B', events: 1001 })
  })
})
