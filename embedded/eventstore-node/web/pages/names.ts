import type { WebContext } from '../context.ts'
import { count, streamLink } from '../format.ts'
import { html, type Html } from '../html.ts'
import type { Page } from '../page.ts'

/** Where a projection has put the events of this name into one stream: that stream. */
const linksOf = ({ log }: WebContext, stream: string): Html | undefined =>
  log.state(stream).lastRevision < 0 ? undefined : streamLink(stream)

export async function categoriesPage(context: WebContext): Promise<Page> {
  const categories = await context.catalogue.categories()
  const rows = categories.map(
    ({ name, streams, newest }) =>
      html`<tr>
        <td><a class="name" href="/web/streams?category=${encodeURIComponent(name)}">${name}</a></td>
        <td class="num">${count(streams)}</td>
        <td>${streamLink(newest)}</td>
        <td>${linksOf(context, `$ce-${name}`)}</td>
      </tr>`,
  )
  return {
    title: 'Categories',
    section: '/web/categories',
    body: html`<h1>Categories</h1>
      <p class="lead">What stands before the first dash of a stream’s name.</p>
      ${
        rows.length === 0
          ? html`<p class="box quiet">No stream has a dash in its name yet.</p>`
          : html`<div class="scroll">
              <table>
                <thead>
                  <tr>
                    <th>Category</th>
                    <th class="num">Streams</th>
                    <th>Began last</th>
                    <th>All its events</th>
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

export async function typesPage(context: WebContext): Promise<Page> {
  const { types, complete } = await context.catalogue.types()
  const rows = types.map(
    ({ name, events }) =>
      html`<tr>
        <td><a class="name" href="/web/all?type=${encodeURIComponent(name)}">${name}</a></td>
        <td class="num">${count(events)}</td>
        <td>${linksOf(context, `$et-${name}`)}</td>
      </tr>`,
  )
  return {
    title: 'Event types',
    section: '/web/types',
    body: html`<h1>Event types</h1>
      <p class="lead">Types of the events that clients wrote, the most frequent first.</p>
      ${complete ? undefined : html`<p class="note">The log is long, and not all of it was counted yet: load this page again to count on.</p>`}
      ${
        rows.length === 0
          ? html`<p class="box quiet">Nothing has been written yet.</p>`
          : html`<div class="scroll">
              <table>
                <thead>
                  <tr>
                    <th>Type</th>
                    <th class="num">Events</th>
                    <th>In one stream</th>
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
