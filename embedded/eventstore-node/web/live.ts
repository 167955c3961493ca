import type { ServerResponse } from 'node:http'
import type { NodeLog } from '../log/log.ts'
import type { RecordedEvent } from '../log/types.ts'
import { HttpError, type HttpAnswer } from '../http/exchange.ts'
import { milliseconds, shortTime, streamPath } from './format.ts'
import { preview } from './json-view.ts'

/** Sends new events of `$all` to browsers (server-sent events). */
export interface LiveTail {
  /**
   * @param from position to begin at
   * @throws HttpError 503 where too many look already
   */
  answer(from: number, matches: (event: RecordedEvent) => boolean): HttpAnswer
  /** Ends all. */
  close(): void
}

const LOOKING = 64
const PAGE = 100
const STILL_THERE = 15_000
const LONGEST = 4000

const textOf = (bytes: Uint8Array): string => {
  const text = Buffer.from(bytes.subarray(0, LONGEST)).toString('utf8')
  try {
    return JSON.stringify(JSON.parse(text), null, 2)
  } catch (error) {
    if (error instanceof SyntaxError) return text
    throw error
  }
}

const messageOf = (event: RecordedEvent): string =>
  JSON.stringify({
    place: `${event.revision}@${event.stream}`,
    href: streamPath(event.stream, event.revision),
    type: event.type,
    preview: preview(event.data),
    time: shortTime(milliseconds(event.created)),
    data: textOf(event.data),
    metadata: textOf(event.metadata),
  })

export function createLiveTail(log: NodeLog): LiveTail {
  const open = new Set<ServerResponse>()

  function follow(response: ServerResponse, from: number, matches: (event: RecordedEvent) => boolean): void {
    let next = from
    let waiting = false
    open.add(response)

    /** Reads on while the browser has room, so that one that does not read costs no memory. */
    function advance(): void {
      while (!waiting && next < log.end) {
        const page = log.readAllForwards(next, PAGE)
        next = page.next
        for (const event of page.events) {
          if (!matches(event)) continue
          // the id lets a browser that lost its connection go on behind the event
          waiting = !response.write(`id: ${event.position + 1}\ndata: ${messageOf(event)}\n\n`)
        }
      }
    }

    const unsubscribe = log.onAdvanced(advance)
    const timer = setInterval(() => response.write(': still there\n\n'), STILL_THERE)
    timer.unref()
    response.on('drain', () => {
      waiting = false
      advance()
    })
    response.on('close', () => {
      unsubscribe()
      clearInterval(timer)
      open.delete(response)
    })
    response.write('retry: 1000\n\n')
    advance()
  }

  return {
    answer(from, matches) {
      if (open.size >= LOOKING) throw new HttpError(503, `${LOOKING} look at the tail already.`)
      return {
        status: 200,
        headers: { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-store' },
        stream: (response) => {
          follow(response, from, matches)
        },
      }
    },
    close() {
      for (const response of open) response.end()
    },
  }
}
