import { streamOf } from '../../log/record.ts'
import { SERVER_VERSION } from '../../version.ts'
import type { WebContext } from '../context.ts'
import { count, duration, pageButton, size, streamPath } from '../format.ts'
import { html, type Html } from '../html.ts'
import type { Page } from '../page.ts'
import { streamTable } from './streams.ts'

const RECENT = 15
const LOOKED_AT = 4000
const PAGE = 200
const TOP = 8

/** The streams that were written to last. */
function recentStreams({ log }: WebContext, system: boolean): string[] {
  const found = new Set<string>()
  let before = log.end
  for (let looked = 0; looked < LOOKED_AT && found.size < RECENT && before > 0; looked += PAGE) {
    before = log.records.allBackwards(before, PAGE, (buffer, offset) => {
      const stream = streamOf(buffer, offset)
      if (system || !stream.startsWith('$')) found.add(stream)
      return found.size < RECENT
    })
  }
  return [...found]
}

function recentTable(context: WebContext, names: readonly string[]): Html {
  if (names.length > 0) return streamTable(context, names)
  return html`<p class="box quiet">
    Nothing has been written yet. Point a client at this address, append an event, and it shows up here.
  </p>`
}

/** How far a scavenge is, or what the last one did. */
function scavengeFacts({ scavenger: { last } }: WebContext): Html | undefined {
  if (last === undefined) return undefined
  const { id, result, segments, of, events, bytes, error } = last
  const done = `${count(events)} events gone, ${size(bytes)} freed`
  const said =
    result === 'InProgress' ? `runs: file ${segments} of ${of}, ${done}` : `${result.toLowerCase()}: ${done}`
  return html`<dt>Scavenge</dt>
    <dd>
      <a href="${streamPath(`$scavenges-${id}`)}">${said}</a
      >${error === '' ? undefined : html` <span class="badge warn">${error}</span>`}
    </dd>`
}

/** @param system shows streams of the node itself, too */
export async function overviewPage(context: WebContext, system: boolean): Promise<Page> {
  const { log, registry, catalogue, startTime, dataDir } = context
  const categories = await catalogue.categories()
  const { types, complete } = await catalogue.types()
  const groups = registry.list()
  const line = (href: string, name: string, value: number): Html =>
    html`<li><a class="name" href="${href}">${name}</a><span class="quiet num">${count(value)}</span></li>`
  const more = (total: number, href: string): Html | undefined =>
    total > TOP ? html`<p><a href="${href}">All ${count(total)}</a></p>` : undefined
  return {
    title: 'Overview',
    section: '/web',
    body: html`<div class="columns">
      <div>
        <h2>Recent streams</h2>
        ${recentTable(context, recentStreams(context, system))}
        <div class="pages">
          ${pageButton(system ? 'Without system streams' : 'With system streams', system ? '/web' : '/web?system=1')}${pageButton('Follow $all', '/web/all')}
        </div>
      </div>
      <aside>
        <h2>This node</h2>
        <dl class="facts box">
          <dt>Version</dt>
          <dd>${SERVER_VERSION}</dd>
          <dt>State</dt>
          <dd>
            ${log.isWritable ? html`<span class="badge">takes appends</span>` : html`<span class="badge warn">read only</span>`}
          </dd>
          <dt>Streams</dt>
          <dd>${count(log.records.streamCount)}</dd>
          <dt>Log</dt>
          <dd>${size(log.end)} ${dataDir === undefined ? 'in memory' : html`in <code>${dataDir}</code>`}</dd>
          <dt>Up for</dt>
          <dd>${duration((Date.now() - startTime.getTime()) / 1000)}</dd>
          ${scavengeFacts(context)}
          <dt>Groups</dt>
          <dd><a href="/web/subscriptions">${count(groups.length)}</a></dd>
        </dl>
        <h2>Categories</h2>
        ${
          categories.length === 0
            ? html`<p class="quiet">None yet.</p>`
            : html`<ul class="list">
                ${categories.slice(0, TOP).map(({ name, streams }) => line(`/web/streams?category=${encodeURIComponent(name)}`, name, streams))}
              </ul>`
        }${more(categories.length, '/web/categories')}
        <h2>Event types</h2>
        ${
          types.length === 0
            ? html`<p class="quiet">None yet.</p>`
            : html`<ul class="list">
                ${types.slice(0, TOP).map(({ name, events }) => line(`/web/all?type=${encodeURIComponent(name)}`, name, events))}
              </ul>`
        }${more(types.length, '/web/types')}${complete ? undefined : html`<p class="quiet">Still counting.</p>`}
      </aside>
    </div>`,
  }
}
