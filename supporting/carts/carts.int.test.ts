import { randomUUID } from 'node:crypto'
import { expect } from 'chai'
import fc from 'fast-check'
import type { KeyValueStore } from '../key-value/key-value.ts'
import { KEY_VALUE_STORES, type OpenedStore } from '../testing/key-value-stores.ts'
import type { CartLine } from './cart.ts'
import {
  addLine,
  CartLimitError,
  mergeLines,
  MOST_LINES,
  MOST_PIECES,
  remember,
  removeLine,
  setLine,
  takeOut,
} from './cart.ts'
import type { CartOwner, Carts } from './carts.ts'
import { CartContentionError, createCarts } from './carts.ts'

const price = { amount: 1_000, currency: 'EUR' }
const line = (productId: string, quantity: number): CartLine => ({ productId, quantity, price })
const shown = (lines: readonly CartLine[] = []): Record<string, number> =>
  Object.fromEntries(lines.map(({ productId, quantity }) => [productId, quantity]))

describe('lines of a cart', () => {
  it('add up, are set and go', () => {
    const lines = addLine(addLine([line('a', 1)], line('b', 2)), line('a', 3))
    expect(shown(lines)).to.deep.equal({ a: 4, b: 2 })
    expect(shown(setLine(lines, line('a', 1)))).to.deep.equal({ a: 1, b: 2 })
    expect(shown(removeLine(lines, 'a'))).to.deep.equal({ b: 2 })
  })

  it('have limits', () => {
    const full = Array.from({ length: MOST_LINES }, (_, index) => line(`p${index}`, 1))
    expect(() => addLine(full, line('more', 1))).to.throw(CartLimitError, 'products')
    expect(() => addLine(full, line('p0', MOST_PIECES))).to.throw(CartLimitError, 'pieces')
    expect(shown(addLine(full, line('p0', MOST_PIECES - 1)))).to.include({ p0: MOST_PIECES })
  })

  it('lose what was ordered, and no more', () => {
    const lines = [line('a', 3), line('b', 1), line('c', 1)]
    expect(shown(takeOut(lines, [line('a', 2), line('b', 5)]))).to.deep.equal({ a: 1, c: 1 })
  })

  it('are merged within the limits, whatever they are', () => {
    const lines = fc.uniqueArray(
      fc.record({
        ...{ productId: fc.integer({ min: 0, max: 150 }).map(String), price: fc.constant(price) },
        quantity: fc.integer({ min: 1, max: MOST_PIECES }),
      }),
      { selector: ({ productId }) => productId, maxLength: MOST_LINES, size: 'max' },
    )
    fc.assert(
      fc.property(lines, lines, (mine, others) => {
        const merged = mergeLines(mine, others)
        const after = shown(merged.lines)
        const [before, added] = [shown(mine), shown(others)]
        const told = new Set(merged.notices.map(({ productId }) => productId))
        expect(merged.lines.length).to.be.at.most(MOST_LINES)
        for (const id of Object.keys({ ...before, ...added })) {
          const wanted = (before[id] ?? 0) + (added[id] ?? 0)
          expect(after[id] ?? 0).to.be.at.most(MOST_PIECES)
          if (!told.has(id)) expect(after[id]).to.equal(wanted)
          else expect(after[id] ?? 0).to.be.below(wanted)
        }
      }),
    )
  })

  it('remember the newest twenty', () => {
    const ids = Array.from({ length: 22 }, (_, index) => String(index))
    expect(ids.reduce<readonly string[]>(remember, [])).to.deep.equal(ids.slice(2))
    expect(remember(['a', 'b'], 'a')).to.deep.equal(['b', 'a'])
  })
})

for (const [name, open] of KEY_VALUE_STORES) {
  describe(`carts in ${name}`, () => {
    let opened: OpenedStore
    let carts: Carts
    let now: Date
    let account: { readonly kind: 'account'; readonly accountId: string }

    before(async function () {
      const found = await open()
      if (found === undefined) {
        this.skip()
        return
      }
      opened = found
    })
    after(async () => {
      if (opened as OpenedStore | undefined) await opened.stop()
    })
    beforeEach(() => {
      now = new Date('2025-11-21T09:00:00.000Z')
      carts = createCarts({ store: opened.store, now: () => now })
      account = { kind: 'account', accountId: randomUUID() }
    })

    const begin = async (...lines: readonly CartLine[]): Promise<string> => {
      const { newToken } = await carts.change({ kind: 'anonymous', token: undefined }, () => lines)
      if (newToken === undefined) throw new Error('a cart that has begun has no token')
      return newToken
    }
    const linesOf = async (owner: CartOwner): Promise<Record<string, number>> =>
      shown((await carts.read(owner))?.lines)

    it('begin with the first change, and are found by account or token', async () => {
      expect(await carts.read(account)).to.equal(undefined)
      expect(await carts.read({ kind: 'anonymous', token: undefined })).to.equal(undefined)
      const { cart, newToken } = await carts.change(account, (lines) => addLine(lines, line('a', 1)))
      expect(newToken).to.equal(undefined)
      expect(cart.expiresAt).to.deep.equal(new Date('2025-11-21T10:00:00.000Z'))
      expect(await carts.read(account)).to.deep.equal(cart)

      const token = await begin(line('b', 2))
      expect(token).to.match(/^[\w-]{43}$/)
      const again = await carts.change({ kind: 'anonymous', token }, (lines) => addLine(lines, line('b', 1)))
      expect(again.newToken).to.equal(undefined)
      expect(await linesOf({ kind: 'anonymous', token })).to.deep.equal({ b: 3 })
    })

    it('are not given to a token that somebody has made up', async () => {
      const token = 'x'.repeat(43)
      const { newToken } = await carts.change({ kind: 'anonymous', token }, () => [line('a', 1)])
      expect(newToken).to.be.a('string').and.not.equal(token)
      expect(await carts.read({ kind: 'anonymous', token })).to.equal(undefined)
    })

    it('lose no change of many at once', async () => {
      await Promise.all(
        Array.from({ length: 30 }, (_, index) =>
          carts.change(account, (lines) => addLine(lines, line(`p${index % 3}`, 1))),
        ),
      )
      expect(await linesOf(account)).to.deep.equal({ p0: 10, p1: 10, p2: 10 })
    })

    it('live an hour after their last change', async () => {
      await carts.change(account, () => [line('a', 1)])
      now = new Date('2025-11-21T09:59:59.999Z')
      await carts.change(account, (lines) => addLine(lines, line('b', 1)))
      now = new Date('2025-11-21T10:59:59.998Z')
      expect(await linesOf(account)).to.deep.equal({ a: 1, b: 1 })
      now = new Date('2025-11-21T10:59:59.999Z')
      expect(await carts.read(account)).to.equal(undefined)
      await carts.change(account, (lines) => addLine(lines, line('c', 1)))
      expect(await linesOf(account)).to.deep.equal({ c: 1 })
    })

    it('are emptied', async () => {
      await carts.change(account, () => [line('a', 1)])
      await carts.clear(account)
      await carts.clear({ kind: 'anonymous', token: undefined })
      await carts.clear({ kind: 'anonymous', token: 'y'.repeat(43) })
      expect(await linesOf(account)).to.deep.equal({})
    })

    it('are changed once by a command, however often its answer was lost', async () => {
      const add = (quantity: number) => (lines: readonly CartLine[]) => addLine(lines, line('a', quantity))
      for (let time = 0; time < 3; time += 1) await carts.change(account, add(2), 'one')
      expect(await linesOf(account)).to.deep.equal({ a: 2 })
      await carts.change(account, add(2), 'another')
      await carts.change(account, add(2), 'one')
      await carts.change(account, add(1))
      expect(await linesOf(account)).to.deep.equal({ a: 5 })
    })

    it('are merged once, however often and at the same time', async () => {
      await carts.change(account, () => [line('a', 1)])
      const token = await begin(line('a', 2), line('b', 1))
      await Promise.all(Array.from({ length: 10 }, () => carts.merge(token, account.accountId)))
      await carts.merge(token, account.accountId)

      expect(await linesOf(account)).to.deep.equal({ a: 3, b: 1 })
      expect(await carts.read({ kind: 'anonymous', token })).to.equal(undefined)
      const { newToken } = await carts.change({ kind: 'anonymous', token }, () => [line('c', 1)])
      expect(newToken, 'a cart of its own').to.be.a('string')
    })

    it('are merged once where the process ended at any place of a merge', async () => {
      for (let calls = 1; calls <= 6; calls += 1) {
        const owner = { kind: 'account', accountId: randomUUID() } as const
        const token = await begin(line('a', 2))
        let left = calls
        const ending = new Proxy(opened.store, {
          get:
            (store, key: keyof KeyValueStore) =>
            (...args: never[]) => {
              left -= 1
              if (left < 0) throw new Error('ended')
              return (store[key] as (...of: never[]) => unknown)(...args)
            },
        })
        await createCarts({ store: ending, now: () => now })
          .merge(token, owner.accountId)
          .catch(() => undefined)
        await carts.merge(token, owner.accountId)
        expect(await linesOf(owner), `after ${calls} calls`).to.deep.equal({ a: 2 })
      }
    })

    it('are merged into one account only, of several that try', async () => {
      const token = await begin(line('a', 2))
      const accounts = Array.from({ length: 5 }, () => randomUUID())
      await Promise.all(accounts.map((accountId) => carts.merge(token, accountId)))
      const all = await Promise.all(accounts.map((accountId) => linesOf({ kind: 'account', accountId })))
      expect(all.filter((lines) => lines['a'] === 2)).to.have.length(1)
      expect(all.filter((lines) => lines['a'] === undefined)).to.have.length(4)
    })

    it('lose nothing that is added while they are merged', async () => {
      const token = await begin(line('a', 1))
      const [added] = await Promise.all([
        carts.change({ kind: 'anonymous', token }, (lines) => addLine(lines, line('b', 1))),
        carts.merge(token, account.accountId),
      ])
      const own = await linesOf(account)
      const other = await linesOf({ kind: 'anonymous', token: added.newToken })
      expect((own['b'] ?? 0) + (other['b'] ?? 0)).to.equal(1)
      expect(own['a']).to.equal(1)
    })

    it('say what a merge could not take over', async () => {
      await carts.change(account, () => [line('a', MOST_PIECES)])
      const token = await begin(line('a', 1))
      expect(await carts.merge(token, account.accountId)).to.deep.equal([
        { kind: 'quantity_limited', productId: 'a' },
      ])
      expect(await linesOf(account)).to.deep.equal({ a: MOST_PIECES })
    })

    it('lose what was ordered from them once it is paid, once', async () => {
      await carts.change(account, () => [line('a', 2), line('b', 1)])
      await carts.noteCheckout(account.accountId, 'order-1')
      await carts.change(account, (lines) => addLine(addLine(lines, line('a', 1)), line('c', 1)))
      const ordered = [line('a', 2), line('b', 1)]
      await Promise.all(
        Array.from({ length: 5 }, () => carts.takeOutPaid(account.accountId, 'order-1', ordered)),
      )
      expect(await linesOf(account)).to.deep.equal({ a: 1, c: 1 })
    })

    it('lose nothing to orders that were not placed from them, and nothing where there is none', async () => {
      await carts.noteCheckout(account.accountId, 'order-1')
      expect(await carts.read(account)).to.equal(undefined)
      await carts.takeOutPaid(account.accountId, 'order-1', [line('a', 1)])
      await carts.change(account, () => [line('a', 2)])
      await carts.takeOutPaid(account.accountId, 'order-1', [line('a', 1)])
      expect(await linesOf(account)).to.deep.equal({ a: 2 })
    })

    it('say so where others are always faster', async () => {
      const lost: KeyValueStore = {
        ...opened.store,
        replace: () => Promise.resolve(false),
        get: (key) => opened.store.get(key),
      }
      await carts.change(account, () => [line('a', 1)])
      const unlucky = createCarts({ store: lost, now: () => now })
      const error: unknown = await unlucky.change(account, () => []).catch((reason: unknown) => reason)
      expect(error).to.be.instanceOf(CartContentionError)
    })
  })
}
