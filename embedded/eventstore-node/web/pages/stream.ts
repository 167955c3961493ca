import { parseRetention } from '../../log/retention.ts'
import type { RecordedEvent, ResolvedEvent, StreamState } from '../../log/types.ts'
import { categoryOf } from '../../projections/definitions.ts'
import type { WebContext } from '../context.ts'
import { eventBody, streamRows } from '../event-rows.ts'
import { count, duration, pageButton, streamLink, streamPath } from '../format.ts'
import { html, type Html } from '../html.ts'
import { bytesView } from '../json-view.ts'
import type { Page } from '../page.ts'

const SHOWN = 20

function crumbs(stream: string): Html {
  const category = categoryOf(stream)
  const part =
    category === undefined
      ? undefined
      : html` / <a href="/web/streams?category=${encodeURIComponent(category)}">${category}</a>`
  return html`<p class="crumbs"><a href="/web/streams">Streams</a>${part}</p>`
}

/** A page for a stream that has nothing to show. */
function emptyStream(stream: string, { status, lastRevision }: StreamState): Page {
  const said: Readonly<Record<StreamState['status'], string>> = {
    live: '',
    none: 'Nothing was ever written to this stream.',
    soft_deleted: `This stream is deleted: its ${count(lastRevision + 1)} events can’t be read any more. Events that are appended go on at revision ${count(lastRevision + 1)}.`,
    tombstoned: 'This stream is tombstoned: it can’t be read or written to ever again.',
  }
  return {
    title: stream,
    section: '/web/streams',
    body: html`${crumbs(stream)}
      <h1><span class="name">${stream}</span></h1>
      <p class="note warn">${said[status]}</p>`,
  }
}

/** What the metadata stream says, and what follows from it. */
function metadataBox({ log }: WebContext, stream: string): Html | undefined {
  const metastream = `$$${stream}`
  const [last] = log.readBackwards(metastream, log.state(metastream).lastRevision, 1)
  if (last === undefined) return undefined
  const { maxCount, maxAge, truncateBefore } = parseRetention(last.data)
  const facts = [
    maxCount === undefined
      ? undefined
      : html`<dt>Keeps</dt>
          <dd>the last ${count(maxCount)} events</dd>`,
    maxAge === undefined
      ? undefined
      : html`<dt>Keeps</dt>
          <dd>events of the last ${duration(maxAge)}</dd>`,
    truncateBefore === 0
      ? undefined
      : html`<dt>Begins</dt>
          <dd>at revision ${count(truncateBefore)}</dd>`,
  ]
  return html`<h2>Metadata of the stream</h2>
    <div class="box">
      <dl class="facts">${facts}</dl>
      ${bytesView(last.data)}
      <p class="quiet">${streamLink(metastream)}</p>
    </div>`
}

export interface StreamPlace {
  /** The newest revision that is shown; undefined: the last one. */
  readonly from: number | undefined
  /** Whether all events stand open. */
  readonly open: boolean
}

/** Follows a link, as far as whoever looks may. */
export type Resolve = (event: RecordedEvent) => ResolvedEvent

/** A page of a stream, newest event first. */
export function streamPage(
  context: WebContext,
  stream: string,
  resolve: Resolve,
  { from, open }: StreamPlace,
): { page: Page; found: boolean } {
  const { log } = context
  const state = log.state(stream)
  if (state.status !== 'live') return { page: emptyStream(stream, state), found: false }
  const first = log.records.firstReadableRevision(stream)
  const last = state.lastRevision
  const newest = Math.min(from ?? last, last)
  const events = log.readBackwards(stream, newest, SHOWN).map(resolve)
  const oldest = newest - events.length + 1
  const at = (revision: number): string => `${streamPath(stream)}?from=${revision}${open ? '&open=1' : ''}`
  const isOldest = oldest <= first
  const readable = Math.max(last - first + 1, 0)
  const range = events.length === 0 ? '' : ` · ${count(oldest)} – ${count(newest)}`
  const page: Page = {
    title: stream,
    section: '/web/streams',
    body: html`${crumbs(stream)}
      <h1><span class="name">${stream}</span></h1>
      <p class="lead">
        ${count(readable)}
        ${readable === 1 ? 'event' : 'events'}${range}${first > 0 ? ` · those before ${count(first)} are truncated` : ''}
      </p>
      <div class="pages">
        ${pageButton('Newest', newest === last ? undefined : at(last))}${pageButton('Newer', newest === last ? undefined : at(newest + SHOWN), 'prev')}${pageButton('Older', isOldest ? undefined : at(oldest - 1), 'next')}${pageButton('Oldest', isOldest ? undefined : at(first + SHOWN - 1))}<span
          class="gap"
        ></span
        >${pageButton(open ? 'Close all' : 'Open all', `${streamPath(stream)}?from=${newest}${open ? '' : '&open=1'}`)}${pageButton('JSON', `/streams/${encodeURIComponent(stream)}?embed=body`)}
      </div>
      ${streamRows(events, open)} ${metadataBox(context, stream)}`,
  }
  return { page, found: true }
}

/** One event with all there is to it. */
export function eventPage(
  { log }: WebContext,
  stream: string,
  revision: number,
  resolve: Resolve,
): { page: Page; found: boolean } {
  const event = log.eventAt(stream, revision)
  const { lastRevision } = log.state(stream)
  const resolved: ResolvedEvent = event === undefined ? { event: undefined, link: undefined } : resolve(event)
  const neighbour = (at: number): string | undefined =>
    log.eventAt(stream, at) === undefined ? undefined : streamPath(stream, at)
  const page: Page = {
    title: `${revision}@${stream}`,
    section: '/web/streams',
    body: html`<p class="crumbs"><a href="/web/streams">Streams</a> / ${streamLink(stream)}</p>
      <h1>
        ${(resolved.event ?? resolved.link)?.type ?? 'No event'}
        <span class="name quiet">${revision}@${stream}</span>
      </h1>
      <div class="pages">
        ${pageButton('Newer', neighbour(revision + 1), 'prev')}${pageButton('Older', neighbour(revision - 1), 'next')}${event === undefined ? undefined : pageButton('In the stream', `${streamPath(stream)}?from=${Math.min(revision + 5, lastRevision)}`)}
      </div>
      <div class="events">${eventBody(resolved)}</div>`,
  }
  return { page, found: event !== undefined }
}
