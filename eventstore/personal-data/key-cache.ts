import { LRUCache } from 'lru-cache'
import { inTurn } from './in-turn.ts'
import type { DataKeyState, PersonalDataKeys } from './keys.ts'

type States = ReadonlyMap<string, DataKeyState>

/** Keys in memory, by customer and by id. */
export interface KeyCache extends PersonalDataKeys {
  readonly put: (customerId: string, keyId: string, state: DataKeyState) => void
}

/** Keys that are held at most; each takes about 1 kB. */
const MOST = 10_000
/** Milliseconds after which a key is forgotten, however often it is used: so long an instance may not know that it was erased. */
export const FORGOTTEN_AFTER = 60_000

/** What is not held is fetched from `source`. */
export const createKeyCache = (
  source: PersonalDataKeys,
  now: () => number = () => performance.now(),
): KeyCache => {
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
    forCustomers: heldOrAsked(byCustomer, inTurn(source.forCustomers)),
    byId: heldOrAsked(byId, inTurn(source.byId)),
    put: (customerId, keyId, state) => {
      byCustomer.set(customerId, state)
      byId.set(keyId, state)
    },
  }
}

const heldOrAsked =
  (held: LRUCache<string, DataKeyState>, ask: (ids: readonly string[]) => Promise<readonly States[]>) =>
  async (ids: readonly string[]): Promise<States> => {
    const states = new Map<string, DataKeyState>()
    const missing: string[] = []
    for (const id of new Set(ids)) {
      const state = held.get(id)
      if (state === undefined) missing.push(id)
      else states.set(id, state)
    }
    if (missing.length === 0) return states
    for (const answers of await ask(missing)) {
      for (const id of missing) {
        const state = answers.get(id)
        if (state !== undefined) states.set(id, state)
      }
    }
    return states
  }
