import { expect } from 'chai'
import fc from 'fast-check'
import { itKeepsItsLaws } from '../testing/laws.ts'
import { at, eur } from '../testing/orders.ts'
import { walletDecider, type WalletCommand } from './decide.ts'
import { walletContracts, type WalletEvent } from './events.ts'
import { walletSnapshots } from './snapshot.ts'
import type { Wallet } from './state.ts'

const of = <Type extends string>(
  type: Type,
): { type: fc.Arbitrary<Type>; customerId: fc.Arbitrary<string>; at: fc.Arbitrary<string> } => ({
  type: fc.constant(type),
  customerId: fc.constant('c-1'),
  at: fc.integer({ min: 0, max: 30 }).map(at),
})
const amount = fc.record({
  amount: fc.integer({ min: 0, max: 300 }),
  currency: fc.constantFrom('EUR', 'EUR', 'EUR', 'USD'),
})
const holdId = fc.integer({ min: 1, max: 6 }).map((n) => `h-${n}`)
const id = fc.integer({ min: 1, max: 4 }).map(String)

const commands: fc.Arbitrary<WalletCommand> = fc.oneof(
  fc.record({ ...of('TopUp'), topUpId: id, amount, reference: fc.constant('bank') }),
  fc.record({ ...of('Credit'), creditId: id, amount, reason: fc.constant('refund') }),
  fc.record({ ...of('Hold'), holdId, amount }),
  fc.record({ ...of('CaptureHold'), holdId, amount }),
  fc.record({ ...of('ReleaseHold'), holdId, currency: fc.constant('EUR') }),
)

const invariant = (wallet: Wallet, history: readonly WalletEvent[]): void => {
  let [came, spent] = [0, 0]
  const closed = new Set<string>()
  for (const { type, data } of history) {
    if (type === 'WalletToppedUp' || type === 'WalletCredited') came += data.amount.amount
    if (type === 'HoldCaptured') spent += data.amount.amount
    if (type === 'HoldCaptured' || type === 'HoldReleased') {
      expect(closed.has(data.holdId), `${data.holdId} closed twice`).to.equal(false)
      closed.add(data.holdId)
    }
  }
  expect(wallet.available).to.be.at.least(0)
  expect(wallet.held).to.be.at.least(0)
  expect(wallet.available + wallet.held + spent).to.equal(came)
}

const toppedUp: WalletEvent = {
  type: 'WalletToppedUp',
  data: { customerId: 'c-1', topUpId: '1', amount: eur(1000), reference: 'bank', toppedUpAt: at(0) },
}

describe('Wallet: laws', () => {
  itKeepsItsLaws({
    decider: walletDecider,
    contracts: walletContracts,
    snapshots: walletSnapshots,
    commands,
    beginnings: [[], [toppedUp]],
    invariant,
  })
})
