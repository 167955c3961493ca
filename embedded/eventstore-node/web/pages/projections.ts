import type { ProjectionStatistics } from '../../projections/projection.ts'
import type { WebContext } from '../context.ts'
import { count } from '../format.ts'
import { html, type Html } from '../html.ts'
import type { Page } from '../page.ts'

/** What each is good for, for a person who does not know it. */
const PURPOSES: Readonly<Record<string, string>> = {
  $streams: 'A link to the first event of each stream, in $streams',
  $stream_by_category: 'Names of the streams of a category, in $category-…',
  $by_category: 'Links to the events of a category, in $ce-…',
  $by_event_type: 'Links to the events of a type, in $et-…',
  $by_correlation_id: 'Links to events that have a $correlationId in common, in $bc-…',
}

const command = (name: string, verb: string, label: string): Html =>
  html`<form class="inline" method="post" action="/web/projections/${encodeURIComponent(name)}/${verb}">
    <button>${label}</button>
  </form>`

function row(statistics: ProjectionStatistics): Html {
  const { name, status, stateReason, progress, position, eventsProcessedAfterRestart } = statistics
  const isRunning = status === 'Running'
  const badge = status.startsWith('Faulted') ? 'badge warn' : isRunning ? 'badge' : 'badge off'
  const width = Math.floor(progress)
  const meter = isRunning
    ? html`<svg
          class="bar"
          viewBox="0 0 100 4"
          preserveAspectRatio="none"
          role="img"
          aria-label="${width} per cent of the log"
        >
          <rect width="${width}" height="4" fill="currentColor" />
        </svg>
        ${width} %`
    : html`<span class="quiet">–</span>`
  return html`<tr>
    <td>
      <strong class="name">${name}</strong><br /><span class="quiet">${PURPOSES[name]}</span
      >${stateReason === '' ? undefined : html`<br />${stateReason}`}
    </td>
    <td><span class="${badge}">${status}</span></td>
    <td class="still">${meter}</td>
    <td class="num">${count(eventsProcessedAfterRestart)}</td>
    <td class="mono still">${position}</td>
    <td>${isRunning ? command(name, 'disable', 'Stop') : command(name, 'enable', 'Start')}</td>
  </tr>`
}

export function projectionsPage({ projections }: WebContext): Page {
  const table = (list: readonly ProjectionStatistics[]): Html =>
    html`<div class="scroll">
      <table>
        <thead>
          <tr>
            <th>Projection</th>
            <th>State</th>
            <th>Progress</th>
            <th class="num">Events since start</th>
            <th>Position</th>
            <th></th>
          </tr>
        </thead>
        <tbody>
          ${list.map(row)}
        </tbody>
      </table>
    </div>`
  return {
    title: 'Projections',
    section: '/web/projections',
    body: html`<h1>System projections</h1>
      <p class="lead">They write links, so that events can be read by what they have in common.</p>
      ${projections === undefined ? html`<p class="box quiet">This node was started without them.</p>` : table(projections.list())}`,
  }
}
