import { jsonObject } from '../../json-object.ts'
import type { RecordedEvent } from '../../log/types.ts'
import type { ConnectionInfo, GroupInfo } from '../../persistent/info.ts'
import { allStream, groupKey, placeFromText } from '../../persistent/settings.ts'
import type { WebContext } from '../context.ts'
import { eventBody } from '../event-rows.ts'
import { count, eventLink, milliseconds, pageButton, size, streamLink, timeView } from '../format.ts'
import { html, type Content, type Html } from '../html.ts'
import { preview } from '../json-view.ts'
import type { Page } from '../page.ts'

export const groupPath = (stream: string, group: string): string =>
  `/web/subscriptions/${encodeURIComponent(stream)}/${encodeURIComponent(group)}`

const parkedStream = ({ eventSource, groupName }: GroupInfo): string =>
  `$persistentsubscription-${groupKey(eventSource, groupName)}-parked`

/** How far the checkpoint is behind the end of the source: in events of a stream, in bytes of the log for `$all`. */
function lag({ log }: WebContext, info: GroupInfo): Html {
  const { eventSource, lastCheckpointedEventPosition } = info
  const reached = placeFromText(eventSource, lastCheckpointedEventPosition) ?? -1
  if (eventSource === allStream) {
    const bytes = Math.max(log.lastPosition - reached, 0)
    return bytes === 0 ? html`none` : html`${size(bytes)} of the log`
  }
  const events = Math.max(log.state(eventSource).lastRevision - reached, 0)
  return events === 0 ? html`none` : html`${count(events)} events`
}

const statusBadge = ({ status, connections }: GroupInfo): Html =>
  connections.length === 0
    ? html`<span class="badge off">nobody connected</span>`
    : html`<span class="badge">${status}</span>`

const parkedBadge = ({ parkedMessageCount }: GroupInfo): Html =>
  parkedMessageCount === 0
    ? html`<span class="quiet">0</span>`
    : html`<span class="badge warn">${count(parkedMessageCount)}</span>`

const sourceView = (stream: string): Html =>
  stream === allStream ? html`<a class="name" href="/web/all">${stream}</a>` : streamLink(stream)

export function subscriptionsPage(context: WebContext): Page {
  const rows = context.registry.list().map(
    (info) =>
      html`<tr>
        <td><a class="name" href="${groupPath(info.eventSource, info.groupName)}">${info.groupName}</a></td>
        <td>${sourceView(info.eventSource)}</td>
        <td>${statusBadge(info)}</td>
        <td class="num">${lag(context, info)}</td>
        <td class="num">${count(info.totalInFlightMessages)}</td>
        <td class="num">${parkedBadge(info)}</td>
        <td class="num">${count(info.connections.length)}</td>
      </tr>`,
  )
  return {
    title: 'Persistent subscriptions',
    section: '/web/subscriptions',
    body: html`<h1>Persistent subscriptions</h1>
      <p class="lead">Groups of consumers that share a stream, and what they could not handle.</p>
      ${
        rows.length === 0
          ? html`<p class="box quiet">There is no group yet: a client creates one.</p>`
          : html`<div class="scroll">
              <table>
                <thead>
                  <tr>
                    <th>Group</th>
                    <th>Source</th>
                    <th>State</th>
                    <th class="num">Behind</th>
                    <th class="num">In flight</th>
                    <th class="num">Parked</th>
                    <th class="num">Consumers</th>
                  </tr>
                </thead>
                <tbody>
                  ${rows}
                </tbody>
              </table>
            </div>`
      }`,
  }
}

const PARKED_SHOWN = 25

const NAKED = /^Client explicitly NAK'ed message\.\n/

/** Why a message was parked, in the consumer's own words where it said some. */
function reasonOf({ metadata }: RecordedEvent): string {
  const { reason } = jsonObject(metadata)
  return typeof reason === 'string' ? reason.replace(NAKED, '') : ''
}

function parkedRows(
  { log }: WebContext,
  info: GroupInfo,
  from: number | undefined,
): { rows: Html; older: number | undefined } {
  const stream = parkedStream(info)
  const { lastRevision } = log.state(stream)
  const links = log.readBackwards(stream, Math.min(from ?? lastRevision, lastRevision), PARKED_SHOWN)
  const oldest = links.at(-1)?.revision
  const row = (link: RecordedEvent): Html => {
    const resolved = log.resolve(link)
    const { event } = resolved
    const place =
      event === undefined ? html`<code>${preview(link.data)}</code>` : eventLink(event.stream, event.revision)
    return html`<details>
      <summary>
        ${place}<span class="type">${event?.type ?? 'gone'}</span
        ><span class="preview">${reasonOf(link)}</span>${timeView(milliseconds(link.created))}
      </summary>
      <p class="reason">${reasonOf(link)}</p>
      ${eventBody(resolved)}
    </details>`
  }
  return {
    rows: html`<div class="events narrow">${links.map(row)}</div>`,
    older: oldest !== undefined && log.eventAt(stream, oldest - 1) !== undefined ? oldest - 1 : undefined,
  }
}

const fact = (name: string, value: Content): Html =>
  html`<dt>${name}</dt>
    <dd>${value}</dd>`

function settingsBox({ settings, startFrom }: GroupInfo): Html {
  return html`<dl class="facts box">
    ${[
      fact('Strategy', settings.strategy),
      fact('Starts from', startFrom === '' ? 'the end' : startFrom),
      fact('Follows links', settings.resolveLinks ? 'yes' : 'no'),
      fact('Message time-out', `${count(settings.messageTimeout)} ms`),
      fact('Retries', count(settings.maxRetryCount)),
      fact(
        'Consumers',
        settings.maxSubscriberCount === 0 ? 'any number' : `at most ${settings.maxSubscriberCount}`,
      ),
      fact(
        'Buffers',
        `${count(settings.liveBufferSize)} live, ${count(settings.historyBufferSize)} read, ${count(settings.readBatchSize)} a time`,
      ),
      fact(
        'Checkpoint',
        `after ${count(settings.minCheckpointCount)} – ${count(settings.maxCheckpointCount)} events, ${count(settings.checkpointAfter)} ms`,
      ),
    ]}
  </dl>`
}

function consumers(connections: readonly ConnectionInfo[]): Html {
  if (connections.length === 0) return html`<p class="box quiet">Nobody is connected.</p>`
  const row = (each: ConnectionInfo): Html =>
    html`<tr>
      <td>${each.connectionName}</td>
      <td>${each.username}</td>
      <td class="num">${count(each.totalItems)}</td>
      <td class="num">${count(each.averageItemsPerSecond)}</td>
      <td class="num">${count(each.inFlightMessages)}</td>
      <td class="num">${count(each.availableSlots)}</td>
    </tr>`
  return html`<div class="scroll">
    <table>
      <thead>
        <tr>
          <th>Connection</th>
          <th>User</th>
          <th class="num">Events</th>
          <th class="num">A second</th>
          <th class="num">In flight</th>
          <th class="num">Free slots</th>
        </tr>
      </thead>
      <tbody>
        ${connections.map(row)}
      </tbody>
    </table>
  </div>`
}

export interface GroupPlace {
  /** The newest parked message that is shown. */
  readonly from: number | undefined
  /** Said after parked messages were sent again. */
  readonly replayed: boolean
}

/** @throws PersistentSubscriptionError where there is no such group */
export function groupPage(context: WebContext, stream: string, group: string, place: GroupPlace): Page {
  const info = context.registry.group(stream, group).info()
  const parked = parkedRows(context, info, place.from)
  const path = groupPath(stream, group)
  const checkpoint = info.lastCheckpointedEventPosition
  return {
    title: `${group} on ${stream}`,
    section: '/web/subscriptions',
    body: html`<p class="crumbs">
        <a href="/web/subscriptions">Persistent subscriptions</a> / ${sourceView(stream)}
      </p>
      <h1><span class="name">${group}</span> ${statusBadge(info)}</h1>
      ${place.replayed ? html`<p class="note" role="status">Parked messages are being delivered again.</p>` : undefined}
      <div class="columns">
        <div>
          <h2>Parked messages</h2>
          ${
            info.parkedMessageCount === 0
              ? html`<p class="box quiet">None: everything was handled.</p>`
              : html`<form class="inline pages" method="post" action="${path}/replay">
                    <button class="primary">Deliver ${count(info.parkedMessageCount)} again</button
                    ><label
                      >or only the first
                      <input type="number" name="count" min="1" max="${info.parkedMessageCount}"
                    /></label>
                  </form>
                  ${parked.rows}
                  <div class="pages">
                    <span class="gap"></span
                    >${pageButton('Older', parked.older === undefined ? undefined : `${path}?from=${parked.older}`, 'next')}
                  </div>`
          }
          <h2>Consumers</h2>
          ${consumers(info.connections)}
        </div>
        <aside>
          <h2>Progress</h2>
          <dl class="facts box">
            ${[
              fact('Behind', lag(context, info)),
              fact('Checkpoint', checkpoint === '' ? 'none yet' : html`<code>${checkpoint}</code>`),
              fact(
                'Last event',
                info.lastKnownEventPosition === ''
                  ? 'none yet'
                  : html`<code>${info.lastKnownEventPosition}</code>`,
              ),
              fact('Delivered', `${count(info.totalItems)}, ${count(info.averagePerSecond)} a second`),
              fact('In flight', count(info.totalInFlightMessages)),
              fact(
                'Buffered',
                `${count(info.readBufferCount)} read, ${count(info.liveBufferCount)} live, ${count(info.retryBufferCount)} to retry`,
              ),
            ]}
          </dl>
          <h2>Settings</h2>
          ${settingsBox(info)}
        </aside>
      </div>`,
  }
}

/** Number of the parked message to stop before, where only the first `wanted` are to be delivered again. */
export function stopAfter(
  { log, registry }: WebContext,
  stream: string,
  group: string,
  wanted: number,
): number {
  const parked = log.state(parkedStream(registry.group(stream, group).info()))
  return parked.firstReadable + wanted
}
