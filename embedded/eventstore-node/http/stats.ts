import type { NodeStats } from '../stats.ts'
import type { Access } from '../users/access.ts'
import { json, segmentsOf, text, type HttpRoute } from './exchange.ts'

/** Objects by the dashes in the names: `proc-id` becomes `{ proc: { id } }`. */
function nested(stats: NodeStats): Map<string, unknown> {
  const root = new Map<string, unknown>()
  for (const [name, value] of Object.entries(stats)) {
    const path = name.split('-')
    const last = path.pop() ?? ''
    let at = root
    for (const step of path) {
      const known = at.get(step)
      const next = known instanceof Map ? (known as Map<string, unknown>) : new Map<string, unknown>()
      at.set(step, next)
      at = next
    }
    at.set(last, value)
  }
  return root
}

const plain = (value: unknown): unknown =>
  value instanceof Map
    ? Object.fromEntries([...value.entries()].map(([key, inner]) => [String(key), plain(inner)]))
    : value

/** `/stats` and parts of it, such as `/stats/proc/gc`. */
export function statsRoute(access: Access, stats: () => NodeStats): HttpRoute {
  return ({ method, url, user }) => {
    const segments = segmentsOf(url)
    if (method !== 'GET' || segments?.[0] !== 'stats') return undefined
    access.require(user, 'statistics')
    let found: unknown = nested(stats())
    for (const segment of segments.slice(1)) {
      if (segment !== '') found = found instanceof Map ? found.get(segment) : undefined
    }
    return found === undefined ? text('', 404) : json(plain(found))
  }
}
