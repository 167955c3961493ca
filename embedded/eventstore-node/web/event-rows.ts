import type { RecordedEvent, ResolvedEvent } from '../log/types.ts'
import { count, eventLink, milliseconds, streamPath, timeView } from './format.ts'
import { html, type Html } from './html.ts'
import { bytesView, preview } from './json-view.ts'

/** Data, metadata and what else there is to an event. */
export function eventBody({ event, link }: ResolvedEvent): Html {
  const shown = event ?? link
  if (shown === undefined) return html`<p class="none">This event is not there any more.</p>`
  return html`<div class="body">
    ${link === undefined ? undefined : linkFacts(link, event)}
    <dl class="facts">
      <dt>Event</dt>
      <dd>${eventLink(shown.stream, shown.revision)}</dd>
      <dt>Id</dt>
      <dd class="mono">${shown.id}</dd>
      <dt>Position</dt>
      <dd>${count(shown.position)}</dd>
      <dt>Written</dt>
      <dd>${timeView(milliseconds(shown.created))}</dd>
    </dl>
    <div class="panes">
      <div>
        <h3>Data</h3>
        ${bytesView(shown.data)}
      </div>
      <div>
        <h3>Metadata</h3>
        ${bytesView(shown.metadata)}
      </div>
    </div>
  </div>`
}

function linkFacts(link: RecordedEvent, event: RecordedEvent | undefined): Html {
  const leads =
    event === undefined
      ? html`<span class="badge warn">leads to nothing now</span> <code>${preview(link.data)}</code>`
      : html`to the event below`
  return html`<dl class="facts">
    <dt>Link</dt>
    <dd>${eventLink(link.stream, link.revision)} ${leads}</dd>
  </dl>`
}

/** An event as a line that opens. */
function eventRow(resolved: ResolvedEvent, place: Html, open: boolean): Html {
  const { event, link } = resolved
  const shown = event ?? link
  if (shown === undefined) return html``
  const via = link === undefined ? undefined : html` <span class="badge">link</span>`
  const time = timeView(milliseconds((link ?? shown).created))
  const attributes = open ? html` open` : undefined
  return html`<details${attributes}><summary>${place}<span class="type">${shown.type}${via}</span><span class="preview">${preview(shown.data)}</span>${time}</summary>${eventBody(resolved)}</details>`
}

export const NOTHING_HERE = html`<p class="box quiet">There are no events here.</p>`

/** Events of one stream: each line begins with its revision. */
export function streamRows(events: readonly ResolvedEvent[], open: boolean): Html {
  if (events.length === 0) return NOTHING_HERE
  const row = (resolved: ResolvedEvent): Html => {
    const original = resolved.link ?? resolved.event
    const revision = original?.revision ?? 0
    const href = streamPath(original?.stream ?? '', revision)
    return eventRow(resolved, html`<a class="name" href="${href}">${revision}</a>`, open)
  }
  return html`<div class="events">${events.map(row)}</div>`
}

/** Events of many streams: each line begins with where the event stands. */
export function allRows(events: readonly RecordedEvent[]): readonly Html[] {
  return events.map((event) =>
    eventRow({ event, link: undefined }, eventLink(event.stream, event.revision), false),
  )
}
