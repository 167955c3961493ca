import type { ServerResponse } from 'node:http'
import type { NodeLog } from '../log/log.ts'
import { streamOf, toRecordedEvent, typeOf } from '../log/record.ts'
import type { RecordedEvent } from '../log/types.ts'
import { beginTurn } from '../turn-time.ts'
import { HttpError, type HttpAnswer } from '../http/exchange.ts'
import { milliseconds, shortTime, streamPath } from './format.ts'
import { preview } from './json-view.ts'

/** Who looks, and what at. */
export interface Looker {
  readonly wants: (event: Pick<RecordedEvent, 'stream' | 'type'>) => boolean
  /** Asked again and again: rights may be lost while somebody looks. */
  readonly mayRead: () => boolean
}

/** Sends new events of `$all` to browsers (server-sent events). */
export interface LiveTail {
  /**
   * @param from position to begin at
   * @throws HttpError 503 where too many look already
   */
  answer(from: number, looker: Looker): HttpAnswer
  /** Ends all. */
  close(): void
}

const LOOKING = 64
const SCANNED = 1024
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

  function follow(response: ServerResponse, from: number, { wants, mayRead }: Looker): void {
    let next = from
    const state = { waiting: false, scheduled: false }
    const hasRoom = (): boolean => !state.waiting
    open.add(response)

    /** Reads on while the browser has room, so that one that does not read costs no memory, and others have their turns. */
    function advance(): void {
      if (!hasRoom() || state.scheduled || response.destroyed) return
      if (!mayRead()) {
        response.end()
        return
      }
      const hasTime = beginTurn()
      next = log.records.allForwards(next, SCANNED, (buffer, offset, position) => {
        if (!wants({ stream: streamOf(buffer, offset), type: typeOf(buffer, offset) })) return hasTime()
        const message = messageOf(toRecordedEvent(buffer, offset, position))
        // the id lets a browser that lost its connection go on behind the event
        state.waiting = !response.write(`id: ${position + 1}\ndata: ${message}\n\n`)
        return hasRoom() && hasTime()
      })
      if (!hasRoom() || next >= log.end) return
      state.scheduled = true
      setImmediate(() => {
        state.scheduled = false
        advance()
      })
    }

    const unsubscribe = log.onAdvanced(advance)
    const timer = setInterval(() => response.write(': still there\n\n'), STILL_THERE)
    timer.unref()
    response.on('drain', () => {
      state.waiting = false
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
    answer(from, looker) {
      if (open.size >= LOOKING) throw new HttpError(503, `${LOOKING} look at the tail already.`)
      return {
        status: 200,
        headers: { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-store' },
        stream: (response) => {
          follow(response, from, looker)
        },
      }
    },
    close() {
      for (const response of open) response.end()
    },
  }
}
