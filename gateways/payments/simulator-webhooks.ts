import { setTimeout as timer } from 'node:timers/promises'
import type { Logger } from 'pino'
import { systemClock, type Clock } from '../../platform/clock.ts'
import type { Money } from './provider.ts'
import { behaviourOf, cameBack, closedBy, REFUND_FAILURE, settledAs } from './simulator-decisions.ts'
import type { DueWebhook, SimulatorLedger } from './simulator-ledger.ts'
import type { Behaviour } from './simulator-methods.ts'
import { simulatorMessage, type SimulatorEvent, type WebhookMessage } from './simulator-verifier.ts'

/** Brings a message to whom it is for. A promise that is rejected means that it has to be brought again. */
export type DeliverWebhook = (message: WebhookMessage) => Promise<void>

export interface SimulatorWebhooks {
  readonly ledger: SimulatorLedger
  /** To sign with; the verifier knows it. */
  readonly secret: string
  readonly deliver: DeliverWebhook
  readonly logger: Logger
  readonly clock?: Clock
}

const AT_ONCE = 20

/**
 * Sends what is due now, in all instances together each message once, and again later where it was not taken.
 * @returns whether there may be more
 */
export const deliverDueWebhooks = async (options: SimulatorWebhooks): Promise<boolean> => {
  const { ledger, logger, clock = systemClock } = options
  const due = await ledger.takeDueWebhooks(clock.now(), AT_ONCE)
  await Promise.all(
    due.map(async (webhook) => {
      try {
        await send(options, webhook)
      } catch (error) {
        logger.warn({ err: error, ...webhook }, 'webhook of the payment simulator was not taken')
      }
    }),
  )
  return due.length === AT_ONCE
}

const send = async (
  { ledger, secret, deliver, clock = systemClock }: SimulatorWebhooks,
  webhook: DueWebhook,
): Promise<void> => {
  const { paymentId } = webhook
  const entries = await ledger.entries(paymentId)
  const now = clock.now()
  const pending = entries.find(({ outcome }) => outcome === 'pending')
  // whoever has voided it knows how it ended
  if (pending?.settlesAt && pending.amount && closedBy(entries)?.operation !== 'void') {
    const { idempotencyKey, settlesAt, amount } = pending
    const body = bodyOf(paymentId, { idempotencyKey, settlesAt, amount }, behaviourOf(pending))
    await deliver(simulatorMessage(body, secret, now))
  }
  for (const { idempotencyKey, refundId, settlesAt } of entries.filter((entry) => cameBack(entry, now))) {
    if (refundId === null || settlesAt === null) continue
    const common = { id: `evt_${idempotencyKey}`, createdAt: settlesAt.toISOString(), paymentId }
    const body = { ...common, type: 'refund.failed', refundId, ...REFUND_FAILURE } as const
    await deliver(simulatorMessage(body, secret, now))
  }
  await ledger.webhookDelivered(webhook)
}

const bodyOf = (
  paymentId: string,
  { idempotencyKey, settlesAt, amount }: { idempotencyKey: string; settlesAt: Date; amount: Money },
  behaviour: Behaviour,
): SimulatorEvent => {
  const common = { id: `evt_${idempotencyKey}`, createdAt: settlesAt.toISOString(), paymentId }
  const settled = settledAs(paymentId, behaviour)
  if (settled.kind === 'declined') {
    const { code, message } = settled
    return { ...common, type: 'authorization.declined', code, message }
  }
  const { providerReference } = settled
  return { ...common, type: 'authorization.approved', amount, providerReference }
}

/** Looks every `everyMs` milliseconds for what is due, until it is stopped. */
export const startSimulatorWebhooks = (
  options: SimulatorWebhooks & { readonly everyMs?: number },
): { readonly stop: () => Promise<void> } => {
  const { logger, everyMs = 1_000 } = options
  const stopping = new AbortController()
  const run = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      const isMore = await deliverDueWebhooks(options).catch((error: unknown) => {
        logger.warn({ err: error }, 'the webhooks of the payment simulator can not be read')
        return false
      })
      // rejected only where it is stopped
      if (!isMore) await timer(everyMs, undefined, { signal: stopping.signal }).catch(() => undefined)
    }
  }
  const running = run()
  return {
    stop: async () => {
      stopping.abort()
      await running
    },
  }
}

/** Whoever was to take a webhook did not say that it has. */
export class WebhookNotTakenError extends Error {
  override readonly name = 'WebhookNotTakenError'
  readonly url: string
  readonly status: number

  constructor(url: string, status: number) {
    super(`${url} answered ${status}`)
    this.url = url
    this.status = status
  }
}

/** Posts messages to a URL, each within `limitMs`. @throws WebhookNotTakenError for any answer but 2xx; what `fetch` throws */
export const postWebhooks =
  (url: string, limitMs = 5_000): DeliverWebhook =>
  async ({ body, headers }) => {
    const response = await fetch(url, {
      method: 'POST',
      body,
      headers,
      redirect: 'error',
      signal: AbortSignal.timeout(limitMs),
    })
    await response.body?.cancel()
    if (!response.ok) throw new WebhookNotTakenError(url, response.status)
  }
