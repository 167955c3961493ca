import { answerSubscriptions } from '../persistent/http.ts'
import type { Registry } from '../persistent/registry.ts'
import type { Access, Operation } from '../users/access.ts'
import { json, type HttpRoute } from './exchange.ts'

function operationOf(method: string, path: string): Operation {
  if (method === 'GET') return 'subscriptions: statistics'
  return path === '/subscriptions/restart' ? 'subscriptions: restart' : 'subscriptions: replay'
}

/** `/subscriptions/…`: what clients fall back to where gRPC does not offer it. */
export function subscriptionsRoute(registry: Registry, access: Access): HttpRoute {
  return ({ method, url, user }) => {
    if (!/^\/subscriptions(\/|$)/.test(url.pathname)) return undefined
    access.require(user, operationOf(method, url.pathname))
    const answer = answerSubscriptions(registry, method, url)
    return answer && { ...json(answer.body, answer.status), reason: answer.reason }
  }
}
