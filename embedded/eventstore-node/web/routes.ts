import {
  HttpError,
  redirect,
  segmentsOf,
  type HttpAnswer,
  type HttpRequest,
  type HttpRoute,
} from '../http/exchange.ts'
import { PersistentSubscriptionError } from '../persistent/errors.ts'
import { ProjectionNotFoundError } from '../projections/subsystem.ts'
import { readableStreams, withinReach, type Operation } from '../users/access.ts'
import { AccessDeniedError, NotAuthenticatedError, TooManyLoginsError } from '../users/errors.ts'
import type { WebContext } from './context.ts'
import { html } from './html.ts'
import type { LiveTail } from './live.ts'
import { assetAnswer, pageAnswer, type Page } from './page.ts'
import { allFilterOf, allPage, matchesFilter } from './pages/all.ts'
import { categoriesPage, typesPage } from './pages/names.ts'
import { overviewPage } from './pages/overview.ts'
import { projectionsPage } from './pages/projections.ts'
import { destination, signInPage } from './pages/sign-in.ts'
import { eventPage, streamPage, type Resolve } from './pages/stream.ts'
import { streamsPage } from './pages/streams.ts'
import { groupPage, groupPath, stopAfter, subscriptionsPage } from './pages/subscriptions.ts'
import type { Sessions } from './sessions.ts'

/** A number in a query; undefined where there is none. */
const numberIn = (query: URLSearchParams, name: string): number | undefined => {
  const value = query.get(name) ?? ''
  return /^\d{1,15}$/.test(value) ? Number(value) : undefined
}

/** A page, and the status that goes with it. */
interface Shown {
  readonly page: Page
  readonly status: number
}

type Answer = HttpAnswer | Shown | undefined

const shown = (page: Page): Shown => ({ page, status: 200 })

const whereFound = ({ page, found }: { page: Page; found: boolean }): Shown => ({
  page,
  status: found ? 200 : 404,
})

const sorry = (title: string, why: string, status: number): Shown => ({
  page: {
    title,
    body: html`<h1>${title}</h1>
      <p class="lead">${why}</p>
      <p><a href="/web">To the overview</a></p>`,
  },
  status,
})

const notAllowed = (name: string): Shown => ({
  page: {
    title: 'Not allowed',
    body: html`<h1>Not allowed</h1>
      <p class="lead">${name} may not see or do this.</p>
      <p>A stream that ${name} may read opens by its whole name, in the field above.</p>`,
  },
  status: 403,
})

/** `/web/…`: the node's streams for a person. */
export function webRoute(context: WebContext, live: LiveTail, sessions: Sessions): HttpRoute {
  const { access, log } = context

  return async (request) => {
    if (request.url.pathname === '/') return redirect('/web')
    const asset = request.method === 'GET' ? assetAnswer(request.url.pathname) : undefined
    if (asset !== undefined) return asset
    const segments = segmentsOf(request.url)
    if (segments?.[0] !== 'web') return undefined
    const answer =
      (await answerOf(request, segments.slice(1))) ??
      sorry('No such page', 'Nothing stands at this address.', 404)
    const viewer = access.hasUsers && request.user.authenticated ? request.user : undefined
    return 'page' in answer ? pageAnswer(answer.page, answer.status, viewer) : answer
  }

  async function answerOf(request: HttpRequest, path: readonly string[]): Promise<Answer> {
    const { user, url } = request
    try {
      if (access.hasUsers && path.length === 1 && path[0] === 'sign-in') return await signIn(request)
      return request.method === 'GET' ? await get(request, path) : await post(request, path)
    } catch (error) {
      if (error instanceof AccessDeniedError) {
        // whoever has no name yet is asked for one; who has one is told
        if (user.authenticated) return notAllowed(user.name)
        return redirect(`/web/sign-in?to=${encodeURIComponent(url.pathname + url.search)}`, 303)
      }
      if (error instanceof PersistentSubscriptionError || error instanceof ProjectionNotFoundError)
        return sorry('Not found', error.message, 404)
      throw error
    }
  }

  async function signIn({ method, url, body }: HttpRequest): Promise<Answer> {
    if (method === 'GET') return shown(signInPage(destination(url.searchParams.get('to')), undefined))
    if (method !== 'POST') return undefined
    const form = new URLSearchParams((await body()).toString('utf8'))
    const to = destination(form.get('to'))
    const given = Buffer.from(`${form.get('login') ?? ''}:${form.get('password') ?? ''}`).toString('base64')
    try {
      const user = await access.identify(`Basic ${given}`)
      const cookie = sessions.open(user, url.port, url.protocol === 'https:')
      return { ...redirect(to, 303), headers: { location: to, 'set-cookie': cookie } }
    } catch (error) {
      if (error instanceof NotAuthenticatedError)
        return { page: signInPage(to, 'There is no such user with this password.'), status: 401 }
      if (error instanceof TooManyLoginsError)
        return { page: signInPage(to, 'Too many are signing in at this moment: try again.'), status: 503 }
      throw error
    }
  }

  async function get(request: HttpRequest, path: readonly string[]): Promise<Answer> {
    const { user, url } = request
    const query = url.searchParams
    const [section = '', first = '', second = '', ...more] = path
    const resolve: Resolve = (event) => withinReach(log.resolve(event), readableStreams(access, user))
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
        return whereFound(
          streamPage(context, first, resolve, {
            from: numberIn(query, 'from'),
            open: query.get('open') === '1',
          }),
        )
      return /^\d{1,15}$/.test(second)
        ? whereFound(eventPage(context, first, Number(second), resolve))
        : undefined
    }
    if (section === 'subscriptions' && second !== '') {
      may('subscriptions: statistics')
      const place = { from: numberIn(query, 'from'), replayed: query.has('replayed') }
      return shown(groupPage(context, first, second, place))
    }
    switch (path.filter((segment) => segment !== '').join('/')) {
      case '':
        mayReadAll()
        return shown(await overviewPage(context, query.get('system') === '1'))
      case 'all':
        mayReadAll()
        return shown(await allPage(context, allFilterOf(query), numberIn(query, 'before')))
      case 'all/live':
        mayReadAll()
        return tail(request)
      case 'streams':
        return search(request)
      case 'categories':
        mayReadAll()
        return shown(await categoriesPage(context))
      case 'types':
        mayReadAll()
        return shown(await typesPage(context))
      case 'subscriptions':
        may('subscriptions: statistics')
        return shown(subscriptionsPage(context))
      case 'projections':
        may('projections: read')
        return shown(projectionsPage(context))
      default:
        return undefined
    }
  }

  /** The name of a stream leads to it at once. */
  async function search({ url, user }: HttpRequest): Promise<Answer> {
    const query = url.searchParams
    const text = (query.get('q') ?? '').trim()
    const mayRead = readableStreams(access, user) ?? (() => true)
    if (text !== '' && mayRead(text) && log.state(text).lastRevision >= 0)
      return redirect(`/web/streams/${encodeURIComponent(text)}`)
    access.requireStream(user, 'read', '$all')
    const category = query.get('category') ?? ''
    return shown(await streamsPage(context, { text, category, system: query.get('system') === '1' }))
  }

  function tail({ url, headers, user }: HttpRequest): HttpAnswer {
    const filter = allFilterOf(url.searchParams)
    // what a browser says that lost its connection
    const last = headers['last-event-id']
    const from =
      typeof last === 'string' && /^\d{1,15}$/.test(last) ? Number(last) : numberIn(url.searchParams, 'from')
    const mayRead = readableStreams(access, user) ?? (() => true)
    return live.answer(Math.min(from ?? log.end, log.end), {
      wants: (event) => matchesFilter(filter, event),
      mayRead: () => mayRead('$all'),
    })
  }

  async function post(
    { method, user, url, headers, body }: HttpRequest,
    path: readonly string[],
  ): Promise<Answer> {
    if (method !== 'POST')
      throw new HttpError(405, 'Pages can be read, and their forms sent.', { allow: 'GET, POST' })
    const [section, first = '', second = '', action] = path
    if (access.hasUsers && section === 'sign-out' && path.length === 1)
      return {
        ...redirect('/web/sign-in', 303),
        headers: { location: '/web/sign-in', 'set-cookie': sessions.close(headers.cookie, url.port) },
      }
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
