import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import type { Pool } from 'pg'
import type { Logger } from 'pino'
import type { Database } from '../database.ts'

export interface Mail {
  /** Empty: it is dropped instead of sent. */
  readonly to: string
  readonly subject: string
  /** Plain text. */
  readonly body: string
}

/** Hands a mail to whoever delivers it. `id` stays the same when it is tried again. Rejects where it was not taken. */
export type SendMail = (mail: Mail & { readonly id: string }) => Promise<void>

/** Keeps a mail until it is sent: who asked for it need not wait, and a mail server that is away loses nothing. */
export const postMail = async (db: Database, { to, subject, body }: Mail): Promise<void> => {
  await db.query(
    `insert into shop.outgoing_mails (id, recipient, subject, body, due_at, created_at)
     values ($1, $2, $3, $4, now(), now())`,
    [randomUUID(), to, subject, body],
  )
}

export interface MailDeliveryOptions {
  readonly pool: Pool
  readonly send: SendMail
  readonly logger: Logger
  /** How often to look for mails. Default 500 ms. */
  readonly pollMs?: number
  /** Before each further attempt; after the last of them a mail is given up. Default: 9 attempts within some 9 hours. */
  readonly retryDelaysMs?: readonly number[]
  /** How long one attempt may take before another instance may try. Default 60 s. */
  readonly leaseMs?: number
}

const MINUTE = 60_000
const RETRY_DELAYS_MS = [1, 2, 5, 15, 30, 60, 180, 240].map((minutes) => minutes * MINUTE)

interface MailRow {
  readonly id: string
  readonly recipient: string
  readonly subject: string
  readonly body: string
  readonly attempts: number
}

/** Sends the mails that were posted, in any number of instances at a time, until it is stopped. */
export const startMailDelivery = (options: MailDeliveryOptions): { readonly stop: () => Promise<void> } => {
  const { pollMs = 500, logger } = options
  const stopping = new AbortController()
  const isStopping = (): boolean => stopping.signal.aborted
  const deliver = async (): Promise<void> => {
    while (!isStopping()) {
      try {
        while (!isStopping() && (await deliverNext(options))) continue
      } catch (error) {
        logger.warn({ err: error }, 'outgoing mails can not be read')
      }
      await delay(pollMs, undefined, { signal: stopping.signal }).catch(() => undefined)
    }
  }
  const delivering = deliver()
  return {
    stop: async () => {
      stopping.abort()
      await delivering
    },
  }
}

/** Sends the mail that is due first. Whether there was one. */
const deliverNext = async ({
  pool,
  send,
  logger,
  retryDelaysMs = RETRY_DELAYS_MS,
  leaseMs = MINUTE,
}: MailDeliveryOptions): Promise<boolean> => {
  const { rows } = await pool.query<MailRow>(
    `update shop.outgoing_mails set attempts = attempts + 1, due_at = now() + $1 * interval '1 ms'
     where id = (select id from shop.outgoing_mails where due_at <= now()
                 order by due_at limit 1 for update skip locked)
     returning id, recipient, subject, body, attempts`,
    [leaseMs],
  )
  const [mail] = rows
  if (mail === undefined) return false
  const { id, recipient, subject, body, attempts } = mail
  try {
    if (recipient !== '') await send({ id, to: recipient, subject, body })
  } catch (error) {
    const delayMs = retryDelaysMs[attempts - 1]
    if (delayMs !== undefined) {
      logger.warn({ err: error, mail: id, attempts }, 'a mail could not be sent and will be tried again')
      await pool.query(`update shop.outgoing_mails set due_at = now() + $2 * interval '1 ms' where id = $1`, [
        id,
        delayMs,
      ])
      return true
    }
    logger.error({ err: error, mail: id, attempts }, 'a mail could not be sent and was given up')
  }
  await pool.query('delete from shop.outgoing_mails where id = $1', [id])
  return true
}
