import { Gauge, type Metrics } from '../platform/metrics.ts'
import type { LiveLimits } from './deps.ts'
import type { Caller } from './plugins/authentication.ts'
import { ProblemError, retryAfter } from './problems.ts'

const RETRY_SECONDS = 5

/** The connections of this instance over which somebody follows something. */
export interface LiveConnections {
  /**
   * Takes one for the caller, and gives it back once `ended` is aborted.
   * @throws ProblemError `too-many-connections`, `busy`
   */
  take(caller: Pick<Caller, 'kind' | 'id'>, ended: AbortSignal): void
}

export const createLiveConnections = (
  { perAccount, perService, inAll }: LiveLimits,
  metrics: Metrics,
): LiveConnections => {
  const byCaller = new Map<string, number>()
  let open = 0
  const gauge = new Gauge({
    name: 'orderstream_live_connections',
    help: 'Connections over which orders are followed',
    registers: [metrics],
    collect: () => {
      gauge.set(open)
    },
  })

  return {
    take: ({ kind, id }, ended) => {
      const own = byCaller.get(id) ?? 0
      const most = kind === 'service' ? perService : perAccount
      if (own >= most) {
        throw new ProblemError('too-many-connections', {
          detail: `At most ${most} at once: end one first`,
          headers: retryAfter(RETRY_SECONDS),
        })
      }
      if (open >= inAll) throw new ProblemError('busy', { headers: retryAfter(RETRY_SECONDS) })
      open += 1
      byCaller.set(id, own + 1)
      const giveBack = (): void => {
        open -= 1
        const left = (byCaller.get(id) ?? 1) - 1
        if (left === 0) byCaller.delete(id)
        else byCaller.set(id, left)
      }
      if (ended.aborted) giveBack()
      else ended.addEventListener('abort', giveBack, { once: true })
    },
  }
}
