import { SYSTEM_PROJECTIONS } from '../projections/definitions.ts'
import type { ProjectionStatistics } from '../projections/projection.ts'
import { NO_USER_PROJECTIONS } from '../projections/service.ts'
import { ProjectionNotFoundError, type Projections } from '../projections/subsystem.ts'
import type { Access } from '../users/access.ts'
import { json, segmentsOf, text, type HttpAnswer, type HttpRequest, type HttpRoute } from './exchange.ts'

const COMMANDS = ['enable', 'disable', 'abort', 'reset'] as const
const LISTS = ['any', 'all-non-transient', 'continuous']
/** Kinds of projections that there are none of here. */
const EMPTY_LISTS = ['transient', 'onetime']

function shown(statistics: ProjectionStatistics, origin: string): object {
  const {
    mode,
    checkpointStatus,
    bufferedEvents,
    writePendingEventsBeforeCheckpoint,
    writePendingEventsAfterCheckpoint,
    position,
    progress,
    lastCheckpoint,
    eventsProcessedAfterRestart,
    ...rest
  } = statistics
  const url = `${origin}/projection/${statistics.name}`
  return {
    ...rest,
    mode,
    position,
    progress,
    lastCheckpoint,
    eventsProcessedAfterRestart,
    statusUrl: url,
    stateUrl: `${url}/state`,
    resultUrl: `${url}/result`,
    queryUrl: `${url}/query%3Fconfig=yes`,
    resultStreamUrl: null,
    enableCommandUrl: `${url}/command/enable`,
    disableCommandUrl: `${url}/command/disable`,
    checkpointStatus,
    bufferedEvents,
    writePendingEventsBeforeCheckpoint,
    writePendingEventsAfterCheckpoint,
  }
}

/** `/projections/…` and `/projection/<name>/…`. */
export function projectionsRoute(projections: Projections, access: Access): HttpRoute {
  return async (request) => {
    const segments = segmentsOf(request.url)
    const [root, name = '', ...rest] = segments ?? []
    if (root === 'projections') return lists(request, name)
    if (root !== 'projection' || name === '') return undefined
    try {
      return await one(request, name, rest)
    } catch (error) {
      if (error instanceof ProjectionNotFoundError) return text('Not Found', 404)
      throw error
    }
  }

  async function lists({ method, url, user }: HttpRequest, kind: string): Promise<HttpAnswer | undefined> {
    if (method === 'POST' && kind === 'restart') {
      access.require(user, 'projections: restart')
      await projections.restart()
      return json('Restarting')
    }
    if (method === 'POST' && [...LISTS, ...EMPTY_LISTS].includes(kind)) {
      access.require(user, 'projections: change')
      return text(NO_USER_PROJECTIONS, 501)
    }
    if (method !== 'GET') return undefined
    access.require(user, 'projections: read')
    if (EMPTY_LISTS.includes(kind)) return json({ projections: [] })
    if (!LISTS.includes(kind)) return undefined
    return json({ projections: projections.list().map((each) => shown(each, url.origin)) })
  }

  async function one(
    { method, url, user }: HttpRequest,
    name: string,
    [what = '', action]: readonly string[],
  ): Promise<HttpAnswer | undefined> {
    if (method === 'POST' && what === 'command') {
      access.require(user, 'projections: change')
      const command = COMMANDS.find((each) => each === action)
      if (command === undefined) return undefined
      await projections[command](name)
      return json({ name })
    }
    if (method === 'DELETE' && what === '') {
      access.require(user, 'projections: delete')
      projections.statistics(name)
      return text("We currently don't allow for the deletion of System Projections.", 500)
    }
    if (method === 'PUT' && what === 'query') {
      access.require(user, 'projections: change')
      return text(NO_USER_PROJECTIONS, 501)
    }
    if (method !== 'GET' || action !== undefined) return undefined
    access.require(user, 'projections: read')
    const statistics = projections.statistics(name)
    switch (what) {
      case '':
        return json(shown(statistics, url.origin))
      case 'statistics':
        return json({ projections: [shown(statistics, url.origin)] })
      case 'state':
      case 'result':
        return json({})
      case 'query':
        return query(name, url)
      default:
        return undefined
    }
  }
}

function query(name: string, url: URL): HttpAnswer {
  const definition = SYSTEM_PROJECTIONS.find((each) => each.name === name)
  const source = definition?.query ?? ''
  if (url.searchParams.get('config') !== 'yes')
    return { status: 200, headers: { 'content-type': 'application/javascript; charset=utf-8' }, body: source }
  return json({
    name,
    query: source,
    emitEnabled: true,
    projectionType: 'Continuous',
    trackEmittedStreams: false,
    checkpointsEnabled: true,
  })
}
