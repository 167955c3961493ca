import { expect } from 'chai'
import type { OrderedAppend } from '../../eventstore/append.ts'
import { ConcurrencyError, StoreUnavailableError } from '../../eventstore/errors.ts'
import { memoryLedger } from '../../gateways/payments/memory-ledger.ts'
import { createWriter } from './writer.ts'

const append = (stream: string, id: string, expected: OrderedAppend['expected']): OrderedAppend => ({
  stream,
  expected,
  events: [
    {
      ...{ id, type: 'Happened', data: {} },
      metadata: {
        ...{ $correlationId: 'c', $causationId: 'c', commandId: 'c' },
        actor: { kind: 'system', id: 'test' },
      },
    },
  ],
})

describe('the writer of a history', () => {
  const written: string[][] = []
  let failures: Error[] = []
  const store = {
    appendInOrder: (appends: readonly OrderedAppend[]) => {
      const failure = failures.shift()
      if (failure !== undefined) return Promise.reject(failure)
      written.push(
        appends.map(
          ({ stream, events, expected }) => `${stream} ${expected}: ${events.map(({ id }) => id).join()}`,
        ),
      )
      return Promise.resolve()
    },
  }
  beforeEach(() => {
    written.length = 0
    failures = []
  })

  it('keeps the order, and writes together what follows each other in one stream', async () => {
    const writer = createWriter(store, memoryLedger())
    const appends = [
      append('payment-1', 'a', 'no_stream'),
      append('payment-1', 'b', 0n),
      append('order-1', 'c', 1n),
      append('payment-1', 'd', 1n),
    ]
    await writer.begin({ entries: [], appends })
    await writer.end()
    expect(written).to.deep.equal([['payment-1 no_stream: a,b', 'order-1 1: c', 'payment-1 1: d']])
    expect(writer.written()).to.equal(4)
  })

  it('enters what providers have done before anything is appended', async () => {
    const ledger = memoryLedger()
    const entry = {
      ...({ idempotencyKey: 'k', operation: 'void', outcome: 'done', amount: null, method: null } as const),
      ...{ refundId: null, settlesAt: null },
    }
    let booked = 0
    const writer = createWriter(
      { appendInOrder: async () => void (booked = (await ledger.entries('1')).length) },
      ledger,
    )
    const chapter = {
      entries: [{ paymentId: '1', count: 0, entry }],
      appends: [append('order-1', 'a', 'no_stream')],
    }
    await writer.begin(chapter)
    // as it is where a history is written once more
    await writer.begin(chapter)
    await writer.end()
    expect(booked).to.equal(1)
  })

  it('tries again where the store is away for a moment', async () => {
    failures = [new StoreUnavailableError('append', new Error('gone'))]
    const writer = createWriter(store, memoryLedger())
    await writer.begin({ entries: [], appends: [append('order-1', 'a', 'no_stream')] })
    await writer.end()
    expect(written).to.have.length(1)
  })

  it('says which stream went on otherwise, to whoever comes next', async () => {
    failures = [new ConcurrencyError('order-1', 0n, 7n)]
    const writer = createWriter(store, memoryLedger())
    const chapter = { entries: [], appends: [append('order-1', 'a', 0n)] }
    await writer.begin(chapter)
    const failure: unknown = await writer.begin(chapter).catch((error: unknown) => error)
    expect(String(failure)).to.contain('The stream order-1: it went on otherwise than planned')
    expect(await writer.end().catch((error: unknown) => error)).to.equal(failure)
  })
})
