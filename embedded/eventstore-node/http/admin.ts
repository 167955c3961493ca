import { randomUUID } from 'node:crypto'
import type { ScavengeHow } from '../log/scavenge.ts'
import { stopScavenge, type NodeOperations } from '../services/operations.ts'
import type { Scavenger } from '../services/scavenger.ts'
import { CertificateError } from '../tls/certificate.ts'
import type { Access, Operation } from '../users/access.ts'
import {
  HttpError,
  json,
  segmentsOf,
  text,
  type HttpAnswer,
  type HttpRequest,
  type HttpRoute,
} from './exchange.ts'

const OK: HttpAnswer = { status: 200 }

/**
 * What a scavenge is asked for, checked as EventStoreDB does. The others mean nothing here: there is one thread and no other
 * node to be in step with, and EventStoreDB has its scavenges begin at the first chunk, too.
 */
function scavengeQuery(query: URLSearchParams): ScavengeHow {
  const number = (name: string, least: number, most: number, sentence: string): number | undefined => {
    const given = query.get(name)
    if (given === null) return undefined
    const value = /^-?\d{1,9}$/.test(given) ? Number(given) : NaN
    if (!(value >= least && value <= most)) throw new HttpError(400, sentence)
    return value
  }
  number('startFromChunk', 0, Infinity, 'startFromChunk must be a positive integer')
  const threads = number('threads', 1, Infinity, 'threads must be a 1 or above') ?? 1
  const threshold = number('threshold', -Infinity, Infinity, 'threshold must be an integer')
  const throttle = number('throttlePercent', 1, 100, 'throttlePercent must be between 1 and 100 inclusive')
  if (throttle !== undefined && throttle !== 100 && threads > 1)
    throw new HttpError(400, 'throttlePercent must be 100 for a multi-threaded scavenge')
  if (!/^(true|false)?$/i.test(query.get('syncOnly') ?? ''))
    throw new HttpError(400, 'syncOnly must be a boolean')
  return { threshold, throttlePercent: throttle }
}

/** `/admin/…`: what those who look after a node do with it. */
export function adminRoute(operations: NodeOperations, access: Access): HttpRoute {
  return async (request) => {
    const segments = segmentsOf(request.url)
    if (segments?.[0] !== 'admin') return undefined
    const { method, user, url } = request
    const may = (operation: Operation): void => {
      access.require(user, operation)
    }
    switch (`${method} ${segments.slice(1, 3).join('/')}`) {
      case 'GET login':
        may('login')
        return login(request)
      case 'POST shutdown':
        may('shutdown')
        // once the answer is on its way
        setImmediate(() => {
          operations.shutdown()
        })
        return OK
      case 'POST reloadconfig':
        may('reload configuration')
        return reload()
      case 'POST mergeindexes':
        may('merge indexes')
        return json({ mergeIndexesId: randomUUID() })
      case 'POST node/resign':
        may('resign')
        return OK
      case 'POST node/priority':
        may('set priority')
        return /^-?\d{1,10}$/.test(segments[3] ?? '') ? OK : text('nodePriority must be an integer.', 400)
      case 'POST scavenge':
        may('scavenge')
        return start(operations.scavenger, scavengeQuery(url.searchParams))
      case 'GET scavenge/current':
        may('scavenge')
        return current(operations.scavenger.current)
      case 'GET scavenge/last':
        may('scavenge')
        return last(operations.scavenger)
    }
    if (method === 'DELETE' && segments[1] === 'scavenge' && segments.length === 3) {
      may('scavenge')
      return stop(operations.scavenger, segments[2] ?? '')
    }
    return undefined
  }

  function reload(): HttpAnswer {
    try {
      operations.reloadConfiguration()
      return OK
    } catch (error) {
      if (error instanceof CertificateError) return text(error.message, 500)
      throw error
    }
  }
}

function login({ user }: HttpRequest): HttpAnswer {
  return json({
    data: {
      loginName: user.name,
      fullName: user.name,
      groups: user.groups,
      dateLastUpdated: new Date().toISOString(),
      disabled: false,
    },
    success: true,
    error: 'Success',
  })
}

function start(scavenger: Scavenger, how: ScavengeHow): HttpAnswer {
  const { id, started } = scavenger.start(how)
  return started ? json({ scavengeId: id }) : text('Scavenge is already running', 400)
}

const linkOf = (id: string | undefined): { scavengeId: string; scavengeLink: string } => ({
  scavengeId: id ?? '',
  scavengeLink: id === undefined ? '' : `/admin/scavenge/${id}`,
})

const current = (id: string | undefined): HttpAnswer => json(linkOf(id))

function last({ last: state }: Scavenger): HttpAnswer {
  return json({ ...linkOf(state?.id), scavengeResult: state?.result ?? 'Unknown' })
}

async function stop(scavenger: Scavenger, id: string): Promise<HttpAnswer> {
  const stopped = await stopScavenge(scavenger, id)
  return stopped === undefined ? text('Scavenge Id does not exist', 404) : json(stopped)
}
