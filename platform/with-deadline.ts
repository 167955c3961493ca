/** Somebody took longer than he may. */
export class DeadlineError extends Error {
  override readonly name = 'DeadlineError'
}

/**
 * What `work` resolves to, or a DeadlineError after `limitMs` milliseconds. Every call that leaves this program stands in one: what
 * clients have of their own does not always end them (EventStoreDB's neither an append whose batch stream hangs, nor a read).
 */
export const withDeadline = async <T>(limitMs: number, work: Promise<T>): Promise<T> => {
  let timer: NodeJS.Timeout | undefined
  const deadline = new Promise<never>((_, fail) => {
    timer = setTimeout(() => {
      fail(new DeadlineError(`no answer within ${limitMs} ms`))
    }, limitMs)
  })
  try {
    return await Promise.race([work, deadline])
  } finally {
    clearTimeout(timer)
  }
}

/** What `work` resolves to; fails as soon as `signal` is aborted. */
export const untilAborted = async <T>(signal: AbortSignal, work: Promise<T>): Promise<T> => {
  let leave = (): void => undefined
  const aborted = new Promise<never>((_, fail) => {
    leave = () => {
      fail(new DOMException('Given up', 'AbortError'))
    }
    if (signal.aborted) leave()
    else signal.addEventListener('abort', leave, { once: true })
  })
  try {
    return await Promise.race([work, aborted])
  } finally {
    signal.removeEventListener('abort', leave)
  }
}
