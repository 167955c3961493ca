import { BusyError } from './errors.ts'

export interface MailboxLimits {
  /** Requests that may wait for one stream; one more is refused. */
  readonly waiting: number
  /** Requests that are taken out at once. */
  readonly batch: number
}

/**
 * Puts a request into the mailbox of a stream. What arrives while `answer` is busy with the stream is handed to it together, in
 * order of arrival, when it is done; nothing waits for company, the first request goes at once. All requests of one stream are
 * of one type; `answer` must not throw.
 * @throws BusyError where the mailbox is full
 */
export type Post = <Request>(
  stream: string,
  request: Request,
  answer: (batch: readonly Request[]) => Promise<void>,
) => void

export const createMailboxes = (limits: MailboxLimits): Post => {
  const mailboxes = new Map<string, unknown[]>()

  return <Request>(
    stream: string,
    request: Request,
    answer: (batch: readonly Request[]) => Promise<void>,
  ): void => {
    const open = mailboxes.get(stream) as Request[] | undefined
    if (open !== undefined) {
      if (open.length >= limits.waiting) throw new BusyError(stream, open.length)
      open.push(request)
      return
    }
    const mailbox = [request]
    mailboxes.set(stream, mailbox)
    const drain = async (): Promise<void> => {
      while (mailbox.length > 0) await answer(mailbox.splice(0, limits.batch))
      mailboxes.delete(stream)
    }
    void drain()
  }
}
