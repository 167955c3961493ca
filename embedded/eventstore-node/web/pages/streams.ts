import { categoryOf } from '../../projections/definitions.ts'
import type { WebContext } from '../context.ts'
import { count, milliseconds, pageButton, streamLink, timeView } from '../format.ts'
import { html, type Content, type Html } from '../html.ts'
import type { Page } from '../page.ts'

const SHOWN = 100

const STATUS: Readonly<Record<string, Html | undefined>> = {
  soft_deleted: html`<span class="badge warn">deleted</span>`,
  tombstoned: html`<span class="badge warn">tombstoned</span>`,
}

/** Streams with their last event, how many they have had, and whether they are deleted. */
export function streamTable({ log }: WebContext, names: readonly string[]): Html {
  const row = (name: string): Html => {
    const { lastRevision, status } = log.state(name)
    const [last] = log.readBackwards(name, lastRevision, 1)
    const time = last === undefined ? undefined : timeView(milliseconds(last.created))
    return html`<tr>
      <td>${streamLink(name)} ${STATUS[status]}</td>
      <td>${last?.type}</td>
      <td class="num">${count(lastRevision + 1)}</td>
      <td class="num">${time}</td>
    </tr>`
  }
  return html`<div class="scroll">
    <table>
      <thead>
        <tr>
          <th>Stream</th>
          <th>Last event</th>
          <th class="num">Events</th>
          <th class="num">Written</th>
        </tr>
      </thead>
      <tbody>
        ${names.map(row)}
      </tbody>
    </table>
  </div>`
}

export interface StreamSearch {
  /** A part of the name. */
  readonly text: string
  /** Only streams of this category; empty: of all. */
  readonly category: string
  readonly system: boolean
}

export async function streamsPage(
  context: WebContext,
  { text, category, system }: StreamSearch,
): Promise<Page> {
  const wanted = category === '' ? text : `${category}-`
  const found = await context.catalogue.search({
    text: wanted,
    // whoever types a dollar means system streams
    system: system || text.startsWith('$'),
    limit: category === '' ? SHOWN : SHOWN * 10,
  })
  const names =
    category === '' ? found : found.filter((name) => categoryOf(name) === category).slice(0, SHOWN)
  const title =
    category === '' ? (text === '' ? 'Streams' : `Streams with “${text}”`) : `Category ${category}`
  return {
    title,
    section: category === '' ? '/web/streams' : '/web/categories',
    searched: text,
    body: html`<h1>${title}</h1>
      <p class="lead">${lead(context, names.length, category)}</p>
      ${names.length === 0 ? html`<p class="box quiet">No stream has such a name.</p>` : streamTable(context, names)}
      <div class="pages">
        ${category === '' && !system ? pageButton('With system streams', `/web/streams?system=1&q=${encodeURIComponent(text)}`) : undefined}
      </div>`,
  }
}

function lead({ log }: WebContext, shown: number, category: string): Content {
  const newest =
    shown === SHOWN ? `The ${SHOWN} that began last.` : `${count(shown)} found, those that began last first.`
  const links = `$ce-${category}`
  if (category === '' || log.state(links).lastRevision < 0) return newest
  return html`${newest} Their events in one stream: ${streamLink(links)}`
}
