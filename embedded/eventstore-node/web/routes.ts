import {
  HttpError,
  redirect,
  segmentsOf,
  type HttpAnswer,
  type HttpRequest,
  type HttpRoute,
} from '../http/exchange.ts'
import { AccessDeniedError, PersistentSubscriptionError } from '../persistent/errors.ts'
import { ProjectionNotFoundError } from '../projections/subsystem.ts'
import type { Operation } from '../users/access.ts'
import type { WebContext } from './context.ts'
import { html } from './html.ts'
import type { LiveTail } from './live.ts'
import { assetAnswer, pageAnswer, type Page } from './page.ts'
import { allFilterOf, allPage, matchesFilter } from './pages/all.ts'
import { categoriesPage, typesPage } from './pages/names.ts'
import { overviewPage } from './pages/overview.ts'
import { projectionsPage } from './pages/projections.ts'
import { eventPage, streamPage } from './pages/stream.ts'
import { streamsPage } from './pages/streams.ts'
import { groupPage, groupPath, stopAfter, subscriptionsPage } from './pages/subscriptions.ts'

/** A number in a query; undefined where there is none. */
const numberIn = (query: URLSearchParams, name: string): number | undefined => {
  const value = query.get(name) ?? ''
  return /^\d{1,15}$/.test(value) ? Number(value) : undefined
}

const sorry = (title: string, why: string, status: number): HttpAnswer =>
  pageAnswer(
    {
      title,
      body: html`<h1>${title}</h1>
        <p class="lead">${why}</p>
        <p><a href="/web">To the overview</a></p>`,
    },
    status,
  )

const shown = ({ page, found }: { page: Page; found: boolean }): HttpAnswer =>
  pageAnswer(page, found ? 200 : 404)

/** `/web/…`: the node's streams for a person. */
export function webRoute(context: WebContext, live: LiveTail): HttpRoute {
  const { access, log } = context

  return async (request) => {
    if (request.url.pathname === '/') return redirect('/web')
    const asset = request.method === 'GET' ? assetAnswer(request.url.pathname) : undefined
    if (asset !== undefined) return asset
    const segments = segmentsOf(request.url)
    if (segments?.[0] !== 'web') return undefined
    try {
      const answer =
        request.method === 'GET'
          ? await get(request, segments.slice(1))
          : await post(request, segments.slice(1))
      return answer ?? sorry('No such page', 'Nothing stands at this address.', 404)
    } catch (error) {
      // whoever has no name yet is asked for one; who has one is told
      if (error instanceof AccessDeniedError && request.user.authenticated)
        return sorry('Not allowed', `${request.user.name} may not see or do this.`, 403)
      if (error instanceof PersistentSubscriptionError || error instanceof ProjectionNotFoundError)
        return sorry('Not found', error.message, 404)
      throw error
    }
  }

  async function get(request: HttpRequest, path: readonly string[]): Promise<HttpAnswer | undefined> {
    const { user, url } = request
    const query = url.searchParams
    const [section = '', first = '', second = '', ...more] = path
    const mayReadAll = (): void => {
      access.requireStream(user, 'read', '$all')
    }
    const may = (operation: Operation): void => {
      access.require(user, operation)
    }
    if (more.length > 0) return undefined
    if (section === 'streams' && first !== '') {
      access.requireStream(user, 'read', first)
      if (second === '')
        return shown(
          streamPage(context, first, { from: numberIn(query, 'from'), open: query.get('open') === '1' }),
        )
      return /^\d{1,15}$/.test(second) ? shown(eventPage(context, first, Number(second))) : undefined
    }
    if (section === 'subscriptions' && second !== '') {
      may('subscriptions: statistics')
      const place = { from: numberIn(query, 'from'), replayed: query.has('replayed') }
      return pageAnswer(groupPage(context, first, second, place))
    }
    switch (path.filter((segment) => segment !== '').join('/')) {
      case '':
        mayReadAll()
        return pageAnswer(await overviewPage(context, query.get('system') === '1'))
      case 'all':
        mayReadAll()
        return pageAnswer(await allPage(context, allFilterOf(query), numberIn(query, 'before')))
      case 'all/live':
        mayReadAll()
        return tail(request)
      case 'streams':
        mayReadAll()
        return search(query)
      case 'categories':
        mayReadAll()
        return pageAnswer(await categoriesPage(context))
      case 'types':
        mayReadAll()
        return pageAnswer(await typesPage(context))
      case 'subscriptions':
        may('subscriptions: statistics')
        return pageAnswer(subscriptionsPage(context))
      case 'projections':
        may('projections: read')
        return pageAnswer(projectionsPage(context))
      default:
        return undefined
    }
  }

  /** The name of a stream leads to it at once. */
  async function search(query: URLSearchParams): Promise<HttpAnswer> {
    const text = (query.get('q') ?? '').trim()
    if (text !== '' && log.state(text).lastRevision >= 0)
      return redirect(`/web/streams/${encodeURIComponent(text)}`)
    const category = query.get('category') ?? ''
    return pageAnswer(await streamsPage(context, { text, category, system: query.get('system') === '1' }))
  }

  function tail({ url, headers }: HttpRequest): HttpAnswer {
    const filter = allFilterOf(url.searchParams)
    // what a browser says that lost its connection
    const last = headers['last-event-id']
    const from =
      typeof last === 'string' && /^\d{1,15}$/.test(last) ? Number(last) : numberIn(url.searchParams, 'from')
    return live.answer(Math.min(from ?? log.end, log.end), (event) => matchesFilter(filter, event))
  }

  async function post(
    { method, user, body }: HttpRequest,
    path: readonly string[],
  ): Promise<HttpAnswer | undefined> {
    if (method !== 'POST')
      throw new HttpError(405, 'Pages can be read, and their forms sent.', { allow: 'GET, POST' })
    const [section, first = '', second = '', action] = path
    if (section === 'subscriptions' && action === 'replay') {
      access.require(user, 'subscriptions: replay')
      const form = new URLSearchParams((await body()).toString('utf8'))
      const wanted = numberIn(form, 'count')
      const stopAt = wanted === undefined ? undefined : stopAfter(context, first, second, wanted)
      context.registry.replayParked(first, second, stopAt)
      return redirect(`${groupPath(first, second)}?replayed`, 303)
    }
    if (section === 'projections' && (second === 'enable' || second === 'disable') && action === undefined) {
      access.require(user, 'projections: change')
      await context.projections?.[second](first)
      return redirect('/web/projections', 303)
    }
    return undefined
  }
}
