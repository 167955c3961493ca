import { SERVER_VERSION } from '../version.ts'
import { json, type HttpRoute } from './exchange.ts'

export interface InfoOptions {
  readonly projections: boolean
  readonly authentication: 'insecure' | 'internal'
  /** Whether appends are taken. */
  readonly isReady: () => boolean
}

/** The answer to `/ping` is a message of EventStoreDB's own, whose number of its type is any. */
const PING_TYPE = 0

/** `/health/live`, `/health/ready`, `/ping` and `/info`. */
export function infoRoute({ projections, authentication, isReady }: InfoOptions): HttpRoute {
  return ({ method, url }) => {
    if (method !== 'GET') return undefined
    switch (url.pathname) {
      case '/health/live':
        return { status: Number(url.searchParams.get('liveCode')) === 200 ? 200 : 204 }
      case '/health/ready':
        return { status: isReady() ? 204 : 503 }
      case '/ping':
        return json({ msgTypeId: PING_TYPE, text: 'Ping request successfully handled' })
      case '/info':
        return json({
          esVersion: `${SERVER_VERSION}.0`,
          state: 'leader',
          features: { projections, userManagement: authentication === 'internal', atomPub: true },
          authentication: { type: authentication, properties: null },
        })
      default:
        return undefined
    }
  }
}
