import { eventsOf } from './event-stream.ts'
import type { components } from './schema.ts'

type LiveOrderEvent = components['schemas']['LiveOrderEvent']
type LiveEnd = components['schemas']['LiveEnd']
type Problem = components['schemas']['Problem']

export interface FollowOptions {
  /** Where the API is, without the version. */
  readonly baseUrl: string
  readonly orderId: string
  /** Asked for with every connection: one lasts no longer than its access token. */
  readonly accessToken: () => string | undefined | Promise<string | undefined>
  /** Ends it. */
  readonly signal?: AbortSignal
  /** `revision` of the last event that is known already. */
  readonly lastEventId?: string
  /** Told why a connection is made anew. */
  readonly onReconnect?: (reason: unknown) => void
  /** Instead of the global `fetch`. */
  readonly fetch?: (request: Request) => Promise<Response>
}

/** The API has refused: asking again does not help. */
export class FollowRefusedError extends Error {
  override readonly name = 'FollowRefusedError'
  readonly status: number
  /** Undefined where something in between has answered. */
  readonly problem: Problem | undefined

  constructor(status: number, problem: Problem | undefined) {
    super(`The order can not be followed: ${problem?.title ?? `status ${status}`}`)
    this.status = status
    this.problem = problem
  }
}

/** How one connection has ended. */
type Ending =
  { readonly kind: 'over' } | { readonly kind: 'lost'; readonly why: unknown; readonly waitMs: number }

/** Until the server says otherwise. */
const RETRY_MS = 2_000

/**
 * Every event of an order, those that were and those to come, each once. A lost connection is made anew, going on after the last
 * event. It ends when nothing more is to come, or with `signal`.
 * @throws FollowRefusedError
 */
export async function* followOrder(options: FollowOptions): AsyncGenerator<LiveOrderEvent, void, undefined> {
  const { signal = new AbortController().signal, onReconnect = () => undefined } = options
  let lastEventId = options.lastEventId
  let wasRefused = false
  while (!signal.aborted) {
    const connection = connect(options, signal, lastEventId)
    let ending: Ending | undefined
    try {
      while (ending === undefined) {
        const next = await connection.next()
        if (next.done === true) {
          ending = next.value
          continue
        }
        wasRefused = false
        lastEventId = next.value.revision
        yield next.value
      }
    } finally {
      // where whoever takes the events has left
      await connection.return({ kind: 'over' })
    }
    if (ending.kind === 'over' || isAborted(signal)) return
    // a token that has just expired is replaced by the next one; a second refusal is meant
    if (ending.why instanceof FollowRefusedError) {
      if (wasRefused || ending.why.status !== 401) throw ending.why
      wasRefused = true
    }
    onReconnect(ending.why)
    await delay(ending.waitMs * (0.5 + Math.random() / 2), signal)
  }
}

/** The events of one connection. */
async function* connect(
  { baseUrl, orderId, accessToken, fetch = globalThis.fetch }: FollowOptions,
  signal: AbortSignal,
  lastEventId: string | undefined,
): AsyncGenerator<LiveOrderEvent, Ending, undefined> {
  let waitMs = RETRY_MS
  // of this connection alone: a signal for all of them would keep what each has hung on to it
  const hangingUp = new AbortController()
  const hangUp = (): void => {
    hangingUp.abort()
  }
  signal.addEventListener('abort', hangUp)
  try {
    const token = await accessToken()
    const response = await fetch(
      new Request(new URL(`/api/v1/orders/${encodeURIComponent(orderId)}/live`, baseUrl), {
        signal: hangingUp.signal,
        headers: {
          accept: 'text/event-stream',
          ...(token !== undefined && { authorization: `Bearer ${token}` }),
          ...(lastEventId !== undefined && { 'last-event-id': lastEventId }),
        },
      }),
    )
    if (response.status === 204) return { kind: 'over' }
    if (!response.ok || response.body === null) return await refusal(response)
    const onRetry = (ms: number): void => {
      waitMs = ms
    }
    for await (const { event, data } of eventsOf(response.body, { onRetry })) {
      if (event === 'message') yield JSON.parse(data) as LiveOrderEvent
      if (event !== 'end') continue
      const { reason } = JSON.parse(data) as LiveEnd
      // it was told to go on at once
      return reason === 'over' ? { kind: 'over' } : { kind: 'lost', why: reason, waitMs: 0 }
    }
    return { kind: 'lost', why: 'the connection has ended', waitMs }
  } catch (why) {
    return { kind: 'lost', why, waitMs }
  } finally {
    signal.removeEventListener('abort', hangUp)
    hangUp()
  }
}

/** 429 and errors of the server pass; nothing else does. */
const refusal = async (response: Response): Promise<Ending> => {
  const problem = (await response.json().catch(() => undefined)) as Problem | undefined
  const why = new FollowRefusedError(response.status, problem)
  if (response.status !== 429 && response.status < 500) return { kind: 'lost', why, waitMs: 0 }
  const seconds = Number(response.headers.get('retry-after') ?? 2)
  return { kind: 'lost', why: why.message, waitMs: 1_000 * (Number.isFinite(seconds) ? seconds : 2) }
}

const isAborted = (signal: AbortSignal): boolean => signal.aborted

/** Waits so many milliseconds, or until `signal` is aborted. */
const delay = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer)
      signal.removeEventListener('abort', end)
      resolve()
    }
    const timer = setTimeout(end, ms)
    signal.addEventListener('abort', end)
  })
