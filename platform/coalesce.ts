import { withDeadline } from './with-deadline.ts'

export interface CoalescingOptions<Request> {
  /** Requests with the same key never go together: the later one waits for the next call. Default: any may go together. */
  readonly keyOf?: (request: Request) => unknown
  /** Requests that one call takes at most. Default 200. */
  readonly most?: number
  /** A call that takes longer, in milliseconds, is waited for no more by those that came meanwhile. Default 5,000. */
  readonly patienceMs?: number
  /** Whether one of several requests is to blame for an error: each is then asked for alone. Default: never. */
  readonly isOfOne?: (error: unknown) => boolean
}

/** The call before it hangs, so that a request did not go out at all. */
export class CallHangsError extends Error {
  override readonly name = 'CallHangsError'
  /** As for a connection that is not to be had in time. */
  readonly code = 'ETIMEDOUT'

  constructor(patienceMs: number) {
    super(`The call before it did not end within ${patienceMs} ms`)
  }
}

interface Waiting<Request, Result> {
  readonly request: Request
  readonly resolve: (result: Result) => void
  readonly reject: (error: unknown) => void
}

/**
 * Shares calls: the first request goes at once and alone; those that come while it is under way go together in the next call, when it
 * has ended. So nothing waits for company, and the more there is to do, the less each costs. A call that hangs fails those behind it,
 * and the next request goes past it.
 * @param answer results in the order of the requests
 * @throws CallHangsError; otherwise as `answer`
 */
export const coalesced = <Request, Result>(
  answer: (requests: readonly Request[]) => Promise<readonly Result[]>,
  {
    keyOf = (request) => ({ request }),
    most = 200,
    patienceMs = 5_000,
    isOfOne = () => false,
  }: CoalescingOptions<Request> = {},
): ((request: Request) => Promise<Result>) => {
  let waiting: Waiting<Request, Result>[] = []
  let isBusy = false

  const takeDistinct = (): Waiting<Request, Result>[] => {
    const taken = new Map<unknown, Waiting<Request, Result>>()
    const left: Waiting<Request, Result>[] = []
    for (const one of waiting) {
      const key = keyOf(one.request)
      if (taken.size < most && !taken.has(key)) taken.set(key, one)
      else left.push(one)
    }
    waiting = left
    return [...taken.values()]
  }

  const answerAll = async (batch: readonly Waiting<Request, Result>[]): Promise<void> => {
    try {
      const results = await answer(batch.map(({ request }) => request))
      for (const [index, { resolve, reject }] of batch.entries()) {
        if (index < results.length) resolve(results[index] as Result)
        else reject(new RangeError(`${results.length} results for ${batch.length} requests`))
      }
    } catch (error) {
      if (batch.length > 1 && isOfOne(error)) for (const one of batch) await answerAll([one])
      else for (const { reject } of batch) reject(error)
    }
  }

  const giveUpOnIt = (): void => {
    const stuck = waiting
    waiting = []
    for (const { reject } of stuck) reject(new CallHangsError(patienceMs))
  }

  const drain = async (): Promise<void> => {
    isBusy = true
    while (waiting.length > 0) {
      // it never fails: what went wrong is told to those who asked
      await withDeadline(patienceMs, answerAll(takeDistinct())).catch(giveUpOnIt)
    }
    isBusy = false
  }

  return (request) =>
    new Promise((resolve, reject) => {
      waiting.push({ request, resolve, reject })
      if (!isBusy) void drain()
    })
}
