import { streamOf, toRecordedEvent, typeOf } from '../../log/record.ts'
import type { RecordedEvent } from '../../log/types.ts'
import type { WebContext } from '../context.ts'
import { count, pageButton } from '../format.ts'
import { allRows, NOTHING_HERE } from '../event-rows.ts'
import { html, type Html } from '../html.ts'
import type { Page } from '../page.ts'

/** Which events of `$all` somebody wants to see. */
export interface AllFilter {
  /** With events of the node itself. */
  readonly system: boolean
  readonly type: string
  /** What stream names begin with. */
  readonly stream: string
}

export const allFilterOf = (query: URLSearchParams): AllFilter => ({
  system: query.get('system') === '1',
  type: query.get('type') ?? '',
  stream: query.get('stream') ?? '',
})

export const matchesFilter = (
  { system, type, stream }: AllFilter,
  event: Pick<RecordedEvent, 'stream' | 'type'>,
): boolean =>
  (system || !event.stream.startsWith('$')) &&
  (type === '' || event.type === type) &&
  event.stream.startsWith(stream)

const queryOf = ({ system, type, stream }: AllFilter, more: Record<string, string> = {}): string => {
  const query = new URLSearchParams({
    ...(system ? { system: '1' } : {}),
    ...(type === '' ? {} : { type }),
    ...(stream === '' ? {} : { stream }),
    ...more,
  }).toString()
  return query === '' ? '' : `?${query}`
}

const SHOWN = 25
/** Events that are looked at for one page where few match. */
const LOOKED_AT = 20_000
const READ = 500
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

interface Found {
  readonly events: readonly RecordedEvent[]
  /** Position to go on below; 0: there is no more. */
  readonly next: number
}

async function readBelow({ log }: WebContext, before: number, filter: AllFilter): Promise<Found> {
  const found: RecordedEvent[] = []
  let next = before
  for (let looked = 0; looked < LOOKED_AT && next > 0; looked += READ) {
    // what does not match is passed over where it lies: events can be large
    next = log.records.allBackwards(next, READ, (buffer, offset, position) => {
      const place = { stream: streamOf(buffer, offset), type: typeOf(buffer, offset) }
      if (matchesFilter(filter, place)) found.push(toRecordedEvent(buffer, offset, position))
      return found.length < SHOWN
    })
    if (found.length === SHOWN) break
    await turn()
  }
  return { events: found, next }
}

function filterForm(filter: AllFilter): Html {
  const checked = filter.system ? html` checked` : undefined
  return html`<form class="inline" action="/web/all">
    <input
      type="text"
      name="stream"
      value="${filter.stream}"
      placeholder="Stream begins with"
      aria-label="Stream begins with"
      spellcheck="false"
    />
    <input
      type="text"
      name="type"
      value="${filter.type}"
      placeholder="Event type"
      aria-label="Event type"
      spellcheck="false"
    />
    <label><input type="checkbox" name="system" value="1" ${checked} /> system events</label>
    <button>Filter</button>
  </form>`
}

/** @param before position below which the page begins; undefined: at the end, where new events go on to appear */
export async function allPage(
  context: WebContext,
  filter: AllFilter,
  before: number | undefined,
): Promise<Page> {
  const { log } = context
  const { events, next } = await readBelow(context, before ?? log.end, filter)
  const isTail = before === undefined
  const live = isTail
    ? html` data-live="/web/all/live${queryOf(filter, { from: String(log.end) })}"`
    : undefined
  const state = isTail
    ? html`<span id="live-state" class="quiet" role="status"></span
        ><button id="live-toggle" type="button" hidden>Stop</button>`
    : pageButton('Newest', `/web/all${queryOf(filter)}`, 'prev')
  const older = next > 0 ? `/web/all${queryOf(filter, { before: String(next) })}` : undefined
  const empty = events.length === 0 ? html`<div id="no-events">${NOTHING_HERE}</div>` : undefined
  return {
    title: '$all',
    section: '/web/all',
    body: html`<h1>All events</h1>
      <p class="lead">Every stream in the order of writing, newest first. The log is at ${count(log.end)}.</p>
      <div class="pages">${filterForm(filter)}<span class="gap"></span>${state}</div>
      ${empty}
      <div class="events wide" ${live}>${allRows(events)}</div>
      <div class="pages"><span class="gap"></span>${pageButton('Older', older, 'next')}</div>`,
  }
}
