import { expect } from 'chai'
import { isOutage } from '../commands/outage.ts'
import { drive } from './driver.ts'
import { orderProcess } from './order-process.ts'
import { Crash, crashing, unanswered, type Interruptible, type Moment } from './testing/interruptions.ts'
import { brokenLaws } from './testing/laws.ts'
import { booksOf, eur, prepare } from './testing/memory-books.ts'
import {
  begun,
  cancel,
  captureUnheard,
  complete,
  deliver,
  expire,
  goods,
  move,
  openMemoryShop,
  orderId,
  place,
  preauthorize,
  proceed,
  refund,
  refundId,
  report,
  retry,
  ship,
  wakeUpsIn,
  type MemoryShop,
  type Part,
} from './testing/memory-shop.ts'

interface Saga {
  readonly parts: readonly Part[]
  readonly status: string
  readonly effects: readonly string[]
}
const bought = ['authorize', 'capture']
const sagas: Readonly<Record<string, Saga>> = {
  'checkout, paid with the order': {
    parts: [place('sim_approve'), proceed],
    status: 'paid',
    effects: bought,
  },
  'checkout, with the wallet': { parts: [place('wallet'), proceed], status: 'paid', effects: [] },
  'checkout, answered too late': {
    parts: [place('sim_timeout_then_approved'), proceed],
    status: 'paid',
    effects: bought,
  },
  'checkout, declined': { parts: [place('sim_decline'), proceed], status: 'cancelled', effects: [] },
  'checkout, capture refused': {
    parts: [place('sim_fail_capture'), proceed],
    status: 'cancelled',
    effects: ['authorize', 'void'],
  },
  'checkout, paid once it is reserved': {
    parts: [place(null), proceed, preauthorize('sim_approve'), proceed],
    status: 'paid',
    effects: bought,
  },
  'checkout, by webhook': {
    parts: [place('sim_webhook_approve'), proceed, report('authorized'), proceed],
    status: 'paid',
    effects: bought,
  },
  'a decline by webhook of what the provider holds all the same': {
    parts: [place('sim_webhook_approve'), proceed, report('declined'), proceed, report('authorized')],
    status: 'cancelled',
    effects: ['authorize', 'void'],
  },
  'expiry, and a webhook that comes too late': {
    parts: [place('sim_webhook_approve'), proceed, expire, proceed, report('authorized')],
    status: 'expired',
    effects: ['authorize', 'void'],
  },
  'cancellation before payment': {
    parts: [place(null), proceed, cancel, proceed],
    status: 'cancelled',
    effects: [],
  },
  'cancellation after payment': {
    parts: [place('sim_approve'), proceed, cancel, proceed],
    status: 'cancelled',
    effects: [...bought, 'refund'],
  },
  'cancellation after payment with the wallet': {
    parts: [place('wallet'), proceed, cancel, proceed],
    status: 'cancelled',
    effects: [],
  },
  'a capture that nobody has heard of when the order is cancelled': {
    parts: [place('sim_approve'), captureUnheard, cancel, proceed],
    status: 'cancelled',
    effects: [...bought, 'refund'],
  },
  'a refund that fails once, and is tried again': {
    parts: [place('sim_fail_refund_once'), proceed, cancel, proceed, retry, proceed],
    status: 'cancelled',
    effects: [...bought, 'refund'],
  },
  'a refund that the provider takes back, and is tried again': {
    parts: [
      ...[place('sim_fail_refund_later'), proceed, cancel, proceed, report('refund_failed'), retry],
      ...[proceed, report('refund_failed')],
    ],
    status: 'cancelled',
    effects: [...bought, 'refund'],
  },
  'a return with restocking that fails later, and is tried again': {
    parts: [
      ...[place('sim_fail_refund_later'), proceed, ship('A'), ship('B'), deliver('A'), deliver('B')],
      ...[move({ ...refund, amount: null, lines: goods, restock: true, refundId }), proceed],
      ...[report('refund_failed'), retry, proceed],
    ],
    status: 'delivered',
    effects: [...bought, 'refund'],
  },
  'partial refunds, by amount and by line with restocking': {
    parts: [
      place('sim_approve'),
      proceed,
      move({ ...refund, refundId: 'r1', amount: eur(100), lines: [], restock: false }),
      proceed,
      move({ ...refund, refundId: 'r2', amount: null, lines: goods, restock: true }),
      proceed,
    ],
    status: 'paid',
    effects: [...bought, 'refund', 'refund'],
  },
  fulfilment: {
    parts: [place('sim_approve'), proceed, ship('A'), ship('B'), deliver('A'), deliver('B'), complete],
    status: 'completed',
    effects: bought,
  },
}

const MOST_TRIES = 5

const play = async (parts: readonly Part[], shop: MemoryShop, interruption: Interruptible): Promise<void> => {
  let deps = shop.instance(interruption)
  for (const part of parts) {
    for (let tries = 1; ; tries += 1) {
      try {
        await part(shop, deps)
        break
      } catch (error) {
        if (error instanceof Crash) deps = shop.instance()
        else if (!isOutage(error) || tries === MOST_TRIES) throw error
      }
    }
  }
}

const ends: Readonly<Record<string, (call: number, moment: Moment) => Interruptible>> = {
  'the process ends': crashing,
  'no answer comes': unanswered,
}

describe('every saga, at every call that leaves its process', () => {
  for (const [name, { parts, status, effects }] of Object.entries(sagas)) {
    for (const [what, interruptAt] of Object.entries(ends)) {
      for (const moment of ['before', 'after'] as const) {
        it(`${name}: ${what} ${moment} it takes effect; then all events come twice, the newest first`, async () => {
          let points = 0
          for (let call = 1; ; call += 1) {
            const shop = openMemoryShop()
            await prepare(shop.store, shop.now, begun)
            const interruption = interruptAt(call, moment)
            await play(parts, shop, interruption)
            if (!interruption.reached()) break
            points += 1
            const causes = wakeUpsIn(shop.store).toReversed()
            for (const cause of [...causes, ...causes]) {
              expect(await drive(shop.instance(), orderProcess, orderId, cause)).to.deep.equal({
                kind: 'waiting',
              })
            }
            const books = await booksOf(shop.store, shop.ledger, begun)
            const at = `interrupted at call ${call}`
            expect(brokenLaws(books), at).to.deep.equal([])
            expect(books.orders[0]?.status, at).to.equal(status)
            expect(
              books.effects.get(orderId)?.map(({ kind }) => kind),
              at,
            ).to.deep.equal(effects)
          }
          expect(points).to.be.greaterThan(5)
        })
      }
    }
  }
})
