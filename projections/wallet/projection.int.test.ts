import { expect } from 'chai'
import type { WalletEvent } from '../../domain/wallet/events.ts'
import { InvalidCursorError } from '../cursor.ts'
import { startDatabase, type TestDatabase } from '../testing/database.ts'
import { feed } from '../testing/feeding.ts'
import { busyWallet, eur, minute, sideBySide } from '../testing/histories.ts'
import { projectedDatabase } from '../testing/projected-database.ts'
import { expectSameRows, stored } from '../testing/repetition.ts'
import { walletProjection } from './projection.ts'
import { getWallet, listStatement } from './queries.ts'

describe('the wallet projection', () => {
  let database: TestDatabase
  before(async () => {
    database = await startDatabase()
  })
  after(() => database.stop())

  it('gives the same rows however its events are cut into batches, repeated and mixed', async () => {
    const events = stored(sideBySide(busyWallet('ada'), busyWallet('bob')))
    const { wallets, entries } = await expectSameRows(database.pool, walletProjection, events)
    expect(wallets).to.have.length(2)
    expect(entries).to.have.length(14)
  })

  it('closes a hold that was refused without moving any money', async () => {
    const refused: WalletEvent = {
      type: 'HoldReleased',
      data: { customerId: 'ada', holdId: 'o1', amount: eur(0), releasedAt: minute(1) },
    }
    const { wallets } = await feed(database.pool, walletProjection, [stored([['wallet-ada', refused]])])
    expect(wallets?.[0]).to.deep.include({ available: '0', held: '0', holds: {} })
  })
})

describe('queries of wallets', () => {
  let database: TestDatabase
  before(async () => {
    database = await projectedDatabase([walletProjection], busyWallet('ada'))
  })
  after(() => database.stop())

  it('show the balance of a wallet', async () => {
    expect(await getWallet(database.pool, 'ada')).to.deep.equal({
      ...{ customerId: 'ada', available: eur(3_400), held: eur(700), updatedAt: minute(6), revision: '6' },
    })
    expect(await getWallet(database.pool, 'bob')).to.equal(undefined)
  })

  it('show how it came about, newest first, with the balances after each entry', async () => {
    const { items, nextCursor } = await listStatement(database.pool, { customerId: 'ada' })
    expect(nextCursor).to.equal(null)
    expect(
      items.map((entry) => [
        ...[entry.type, entry.availableChange, entry.heldChange, entry.available.amount, entry.held.amount],
      ]),
    ).to.deep.equal([
      ['WalletCredited', 500, 0, 3_400, 700],
      ['HoldReleased', 100, -100, 2_900, 700],
      ['FundsHeld', -100, 100, 2_800, 800],
      ['FundsHeld', -700, 700, 2_900, 700],
      ['HoldCaptured', 90, -1_490, 3_600, 0],
      ['FundsHeld', -1_490, 1_490, 3_510, 1_490],
      ['WalletToppedUp', 5_000, 0, 5_000, 0],
    ])
    expect(items[0]).to.deep.include({
      ...{ revision: '6', at: minute(6), subjectId: 'o1/r1', paymentId: 'o1', reason: 'refund' },
      ...{ available: eur(3_400), actor: { kind: 'system', id: 'tests' } },
    })
    expect(items[6]).to.include({ subjectId: 't1', paymentId: null, reason: 'bank transfer' })
  })

  it('go from page to page', async () => {
    const first = await listStatement(database.pool, { customerId: 'ada', limit: 5 })
    const second = await listStatement(database.pool, {
      ...{ customerId: 'ada', limit: 5, cursor: first.nextCursor ?? '' },
    })
    expect(second.items.map(({ revision }) => revision)).to.deep.equal(['1', '0'])
    const foreign = listStatement(database.pool, { customerId: 'ada', cursor: 'WyJ4Il0' })
    expect(await foreign.catch((thrown: unknown) => thrown)).to.be.instanceOf(InvalidCursorError)
  })
})
