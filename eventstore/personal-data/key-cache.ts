import { LRUCache } from 'lru-cache'
import type { DataKeyState } from './keys.ts'

type States = ReadonlyMap<string, DataKeyState>
type Fetch = (missing: readonly string[]) => Promise<States>

/** Keys in memory, by customer and by id. */
export interface KeyCache {
  /** What is held, and what `fetch` brings of the rest, in one call. */
  readonly customers: (customerIds: readonly string[], fetch: Fetch) => Promise<States>
  readonly keys: (keyIds: readonly string[], fetch: Fetch) => Promise<States>
  readonly put: (customerId: string, keyId: string, state: DataKeyState) => void
}

/** Keys that are held at most; each takes about 1 kB. */
const MOST = 10_000
/** Milliseconds after which a key is forgotten, however often it is used: so long an instance may not know that it was erased. */
export const FORGOTTEN_AFTER = 60_000

export const createKeyCache = (now: () => number = () => performance.now()): KeyCache => {
  const limits = {
    max: MOST,
    ttl: FORGOTTEN_AFTER,
    // out of memory, not only out of use
    ttlAutopurge: true,
    ttlResolution: 0,
    perf: { now },
  }
  const byCustomer = new LRUCache<string, DataKeyState>(limits)
  const byId = new LRUCache<string, DataKeyState>(limits)
  return {
    customers: sharing(byCustomer),
    keys: sharing(byId),
    put: (customerId, keyId, state) => {
      byCustomer.set(customerId, state)
      byId.set(keyId, state)
    },
  }
}

/** Who asks for what somebody else is fetching waits for that. */
const sharing = (held: LRUCache<string, DataKeyState>): KeyCache['customers'] => {
  const underway = new Map<string, Promise<States>>()

  const fetchShared = (missing: readonly string[], fetch: Fetch): Promise<States> => {
    const fetching = fetch(missing).finally(() => {
      for (const id of missing) underway.delete(id)
    })
    for (const id of missing) underway.set(id, fetching)
    return fetching
  }

  return async (ids, fetch) => {
    const found = new Map<string, DataKeyState>()
    const waited = new Set<Promise<States>>()
    const missing: string[] = []
    for (const id of new Set(ids)) {
      const state = held.get(id)
      const fetching = underway.get(id)
      if (state !== undefined) found.set(id, state)
      else if (fetching !== undefined) waited.add(fetching)
      else missing.push(id)
    }
    if (missing.length > 0) waited.add(fetchShared(missing, fetch))
    for (const states of await Promise.all(waited)) {
      for (const id of ids) {
        const state = states.get(id)
        if (state !== undefined) found.set(id, state)
      }
    }
    return found
  }
}
