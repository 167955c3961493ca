import {
  effectsOf,
  KeyReusedError,
  MOST_ATTEMPTS,
  type Entry,
  type SimulatorLedger,
} from './simulator-ledger.ts'

interface Webhook {
  dueAt: number
  attempts: number
  delivered: boolean
}

/** The simulator's books in memory, of one process: for histories of many thousand payments. The contract of providers is tested on it as well. */
export const memoryLedger = (): SimulatorLedger => {
  const books = new Map<string, Entry[]>()
  const paymentOfKey = new Map<string, string>()
  const webhooks = new Map<string, Webhook>()
  const entriesOf = (paymentId: string): Entry[] => books.get(paymentId) ?? []

  return {
    entries: (paymentId) => Promise.resolve([...entriesOf(paymentId)]),
    append: (paymentId, count, entry) => {
      const entries = entriesOf(paymentId)
      if (entries.length !== count) return Promise.resolve(false)
      const holder = paymentOfKey.get(entry.idempotencyKey)
      if (holder === paymentId) return Promise.resolve(false)
      if (holder !== undefined) return Promise.reject(new KeyReusedError(entry.idempotencyKey))
      paymentOfKey.set(entry.idempotencyKey, paymentId)
      books.set(paymentId, [...entries, entry])
      if (entry.settlesAt !== null) {
        webhooks.set(paymentId, { dueAt: entry.settlesAt.getTime(), attempts: 0, delivered: false })
      }
      return Promise.resolve(true)
    },
    effects: (paymentId) => Promise.resolve(effectsOf(paymentId, entriesOf(paymentId))),
    takeDueWebhooks: (now, limit) => {
      const due = [...webhooks]
        .filter(([, { dueAt, attempts, delivered }]) => {
          return !delivered && dueAt <= now.getTime() && attempts < MOST_ATTEMPTS
        })
        .slice(0, limit)
      return Promise.resolve(
        due.map(([paymentId, webhook]) => {
          webhook.dueAt = now.getTime() + Math.min(2 ** webhook.attempts, 3_600) * 1_000
          webhook.attempts += 1
          return { paymentId, attempt: webhook.attempts }
        }),
      )
    },
    webhookDelivered: ({ paymentId, attempt }) => {
      const webhook = webhooks.get(paymentId)
      if (webhook?.attempts === attempt) webhook.delivered = true
      return Promise.resolve()
    },
  }
}
