import { randomUUID } from 'node:crypto'
import { expect } from 'chai'
import { Redis } from 'ioredis'
import { eventually } from '../../test/support/eventually.ts'
import { freePort } from '../../test/support/servers.ts'
import { KEY_VALUE_STORES, type OpenedStore } from '../testing/key-value-stores.ts'
import { createShopDatabase } from '../testing/shop-database.ts'
import type { KeyValueStore } from './key-value.ts'
import { KeyValueUnavailableError } from './key-value.ts'
import { postgresKeyValue, sweepKeyValues } from './postgres.ts'
import { redisKeyValue } from './redis.ts'

const LONG = 60_000
const many = <Result>(attempt: (index: number) => Promise<Result>): Promise<Result[]> =>
  Promise.all(Array.from({ length: 50 }, (_, index) => attempt(index)))

for (const [name, open] of KEY_VALUE_STORES) {
  describe(`the key-value store in ${name}`, () => {
    let opened: OpenedStore
    let store: KeyValueStore
    let key: string

    before(async function () {
      const found = await open()
      if (found === undefined) {
        this.skip()
        return
      }
      opened = found
      store = found.store
    })
    beforeEach(() => {
      key = randomUUID()
    })
    after(async () => {
      if (store as KeyValueStore | undefined) await opened.stop()
    })

    it('gets what was put last', async () => {
      expect(await store.get(key)).to.equal(undefined)
      await store.put(key, 'one', LONG)
      await store.put(key, 'two “…” ☕', LONG)
      expect(await store.get(key)).to.equal('two “…” ☕')
    })

    it('forgets what has expired', async () => {
      await store.put(key, 'value', 30)
      await eventually(async () => (await store.get(key)) === undefined)
      expect(await store.take(key)).to.equal(undefined)
      expect(await store.replace(key, 'value', 'other', LONG)).to.be.false
      expect(await store.add(key, 'again', LONG)).to.be.true
      expect(await store.get(key)).to.equal('again')
    })

    it('keeps what was put again', async () => {
      await store.put(key, 'value', 30)
      await store.put(key, 'value', LONG)
      const other = randomUUID()
      await store.put(other, 'value', 30)
      await eventually(async () => (await store.get(other)) === undefined)
      expect(await store.get(key)).to.equal('value')
    })

    it('deletes', async () => {
      await store.put(key, 'value', LONG)
      await store.delete(key)
      await store.delete(key)
      expect(await store.get(key)).to.equal(undefined)
    })

    it('adds one of many', async () => {
      const added = await many((index) => store.add(key, String(index), LONG))

      expect(added.filter(Boolean)).to.have.length(1)
      expect(await store.get(key)).to.equal(String(added.indexOf(true)))
    })

    it('gives each of many what belongs to it, and nothing where there is nothing', async () => {
      const keys = Array.from({ length: 40 }, () => randomUUID())
      const put = keys.filter((_, index) => index % 4 !== 0)
      await Promise.all(put.map((one) => store.put(one, `value of ${one}`, LONG)))
      const found = await Promise.all([...keys, ...keys].map((one) => store.get(one)))

      const expected = keys.map((one) => (put.includes(one) ? `value of ${one}` : undefined))
      expect(found).to.deep.equal([...expected, ...expected])
    })

    it('gives a value to one of many that take it', async () => {
      await store.put(key, 'value', LONG)
      const taken = await many(() => store.take(key))

      expect(taken.filter((value) => value !== undefined)).to.deep.equal(['value'])
    })

    it('replaces what is as expected, once', async () => {
      expect(await store.replace(key, 'before', 'after', LONG)).to.be.false
      await store.put(key, 'before', LONG)
      const replaced = await many((index) => store.replace(key, 'before', `after ${index}`, LONG))

      expect(replaced.filter(Boolean)).to.have.length(1)
      expect(await store.get(key)).to.equal(`after ${replaced.indexOf(true)}`)
    })

    it('counts exactly, however many count', async () => {
      const counts = await many(() => store.count(key, 2, LONG))

      expect(counts.map(({ value }) => value).sort((a, b) => a - b)).to.deep.equal(
        Array.from({ length: 50 }, (_, index) => 2 * (index + 1)),
      )
      for (const { endsInMs } of counts) expect(endsInMs).to.be.within(1, LONG)
      expect(await store.count(key, -100, LONG)).to.include({ value: 0 })
    })

    it('begins a counter anew when its time is over, which counting does not prolong', async () => {
      const first = await store.count(key, 1, 40)
      await eventually(async () => (await store.count(key, 1, 40)).value < first.value + 1)
    })

    it('keeps counters and values apart from those of other keys', async () => {
      await store.put(key, 'value', LONG)
      await store.count(`${key}:other`, 1, LONG)
      expect(await store.get(key)).to.equal('value')
    })
  })
}

describe('the key-value store in Postgres, swept', () => {
  it('keeps what has not expired', async () => {
    const shop = await createShopDatabase()
    try {
      const store = postgresKeyValue(shop.pool)
      await store.put('kept', 'value', LONG)
      await store.count('kept', 1, LONG)
      await store.put('gone', 'value', 1)
      await store.count('gone', 1, 1)
      let swept = 0
      await eventually(async () => {
        swept += await sweepKeyValues(shop.pool)
        return swept === 2
      })
      expect(await store.get('kept')).to.equal('value')
      expect(await store.count('kept', 1, LONG)).to.include({ value: 2 })
    } finally {
      await shop.stop()
    }
  })
})

describe('the key-value store in a Redis that is away', () => {
  it('says so within its time limit', async () => {
    const redis = new Redis(await freePort(), '127.0.0.1')
    redis.on('error', () => undefined)
    try {
      const store = redisKeyValue(redis, { timeoutMs: 100 })
      const error: unknown = await store.get('key').catch((reason: unknown) => reason)
      expect(error).to.be.instanceOf(KeyValueUnavailableError)
    } finally {
      redis.disconnect()
    }
  })
})
