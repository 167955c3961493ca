import { createSecretKey, randomBytes, randomUUID } from 'node:crypto'
import { expect } from 'chai'
import { z } from 'zod'
import { ContractViolationError, StoreUnavailableError } from '../errors.ts'
import { createRegistry } from '../registry.ts'
import { rejection } from '../testing/rejection.ts'
import type { DataKeyState, PersonalDataKeys } from './keys.ts'
import { createSeal } from './seal.ts'

const registry = createRegistry({
  Registered: {
    version: 1,
    schema: z.strictObject({
      who: z.strictObject({ customerId: z.string() }),
      contact: z.strictObject({ mail: z.string().nullable(), kind: z.string() }).nullable(),
      names: z.array(z.string()).nullable(),
    }),
    personal: { subject: 'who.customerId', fields: ['contact.mail', 'names'] },
  },
  Counted: { version: 1, schema: z.strictObject({ n: z.int() }) },
})

const registered = (customerId: string, mail: string | null = 'augusta@example.org') => ({
  id: randomUUID(),
  type: 'Registered',
  data: { who: { customerId }, contact: { mail, kind: 'private' }, names: ['Augusta', 'Lovelace'] },
})
const stream = 'account-1'

describe('personal data in events', () => {
  let states: Map<string, DataKeyState>
  let calls: string[]
  let keys: PersonalDataKeys

  beforeEach(() => {
    states = new Map()
    calls = []
    keys = {
      forCustomers: (customerIds) => {
        calls.push(`customers ${customerIds.join(' ')}`)
        for (const customerId of customerIds) {
          if (!states.has(customerId)) {
            states.set(customerId, { id: randomUUID(), secret: createSecretKey(randomBytes(32)) })
          }
        }
        return Promise.resolve(new Map(states))
      },
      byId: (keyIds) => {
        calls.push(`keys ${keyIds.length}`)
        const known = [...states.values()].flatMap((state) =>
          state === 'erased' ? [] : [[state.id, state] as const],
        )
        return Promise.resolve(new Map<string, DataKeyState>(known))
      },
    }
  })

  /** The events as they are stored, and how they are read then. */
  const store = async (events: readonly ReturnType<typeof registered>[]) => {
    const sealed = await createSeal(registry, keys).seal(stream, events)
    return events.map(({ id, type }, index) => ({ id, type, streamId: stream, data: sealed[index] }))
  }
  const readWith = async (from: PersonalDataKeys | undefined, records: Awaited<ReturnType<typeof store>>) => {
    const open = await createSeal(registry, from).opener(records)
    return records.map(open)
  }
  const read = (records: Awaited<ReturnType<typeof store>>) => readWith(keys, records)

  it('is encrypted where the contract says so, and nowhere else', async () => {
    const event = registered('c-1')
    const [record] = await store([event])
    expect(JSON.stringify(record)).not.to.match(/augusta|Augusta|Lovelace/)
    expect(record?.data).to.containSubset({ who: { customerId: 'c-1' }, contact: { kind: 'private' } })
    expect(await read(record ? [record] : [])).to.deep.equal([event.data])
  })

  it('leaves the event itself as it was', async () => {
    const event = registered('c-1')
    const before = structuredClone(event)
    await store([event])
    expect(event).to.deep.equal(before)
  })

  it('costs one question for all keys, and none where there is nothing personal', async () => {
    const events = ['c-1', 'c-2', 'c-1', 'c-3'].map((customerId) => registered(customerId))
    await read(await store(events))
    expect(calls).to.deep.equal(['customers c-1 c-2 c-3', 'keys 3'])
    calls = []
    const counted = { id: randomUUID(), type: 'Counted', data: { n: 1 } }
    const seal = createSeal(registry, keys)
    expect(await seal.seal(stream, [counted])).to.deep.equal([{ n: 1 }])
    const open = await seal.opener([{ ...counted, streamId: stream }])
    expect(open({ ...counted, streamId: stream })).to.deep.equal({ n: 1 })
    expect(calls).to.deep.equal([])
  })

  it('stays null where it is null, and is left out where it is', async () => {
    const nothing = { ...registered('c-1'), data: { who: { customerId: 'c-1' }, contact: null } }
    const without = registered('c-1', null)
    const sealed = await createSeal(registry, keys).seal(stream, [nothing, without])
    expect(sealed[0]).to.deep.equal(nothing.data)
    expect(sealed[1]).to.containSubset({ contact: { mail: null } })
  })

  it('is null once the key is destroyed', async () => {
    const records = await store([registered('c-1'), registered('c-2')])
    const erased = {
      ...keys,
      byId: (ids: readonly string[]) => Promise.resolve(new Map(ids.map((id) => [id, 'erased'] as const))),
    }
    expect(await readWith(erased, records)).to.deep.equal(
      ['c-1', 'c-2'].map((customerId) => ({
        who: { customerId },
        contact: { mail: null, kind: 'private' },
        names: null,
      })),
    )
  })

  it('is stored as null for a customer who was erased', async () => {
    states.set('c-1', 'erased')
    const [record] = await store([registered('c-1')])
    expect(record?.data).to.deep.equal({
      who: { customerId: 'c-1' },
      contact: { mail: null, kind: 'private' },
      names: null,
    })
  })

  it('is never stored in clear for want of a key', async () => {
    const none = { ...keys, forCustomers: () => Promise.resolve(new Map<string, DataKeyState>()) }
    await rejection(createSeal(registry, none).seal(stream, [registered('c-1')]), StoreUnavailableError)
  })

  it('needs to know whose it is', async () => {
    const nobody = { id: randomUUID(), type: 'Registered', data: { contact: { mail: 'a@b.c' } } }
    await rejection(createSeal(registry, keys).seal(stream, [nobody]), ContractViolationError)
  })

  it('can be read where it was once stored in clear', async () => {
    const event = registered('c-1')
    expect(await read([{ ...event, streamId: stream }])).to.deep.equal([event.data])
    expect(calls).to.deep.equal([])
  })

  it('is stored in clear where there are no keys at all, and can not be read then where it is encrypted', async () => {
    const event = registered('c-1')
    expect(await createSeal(registry, undefined).seal(stream, [event])).to.deep.equal([event.data])
    await rejection(readWith(undefined, await store([event])), ContractViolationError)
  })

  for (const [what, change] of Object.entries({
    'in another stream': (record: { streamId: string }) => ({ ...record, streamId: 'account-2' }),
    'in another event': (record: { id: string }) => ({ ...record, id: randomUUID() }),
  })) {
    it(`can not be read ${what} than its own`, async () => {
      const [record] = await store([registered('c-1')])
      if (record === undefined) throw new Error('unreachable')
      const error = await rejection(read([{ ...record, ...change(record) }]), ContractViolationError)
      expect(error.message).to.contain('changed or moved')
    })
  }

  it('can not be read where its key is not known', async () => {
    const records = await store([registered('c-1')])
    states.clear()
    const error = await rejection(read(records), ContractViolationError)
    expect(error.message).to.contain('not known')
  })

  it('can not be read where it is encrypted in a way of the future', async () => {
    const [record] = await store([registered('c-1')])
    const text = JSON.stringify(record).replaceAll('"v":1', '"v":2')
    const future = JSON.parse(text) as NonNullable<typeof record>
    const error = await rejection(read([future]), ContractViolationError)
    expect(error.message).to.contain('not known')
  })
})
