import { fullJitter } from '../eventstore/retry-delay.ts'
import { runLane, type LaneDeps } from './lane.ts'
import { LeaseLostError, type Member } from './member.ts'
import { isAborted, pause } from './pause.ts'
import { ProjectionFault } from './write-batch.ts'

export interface Lanes {
  /** From now on these are fed, and no others. */
  feed(members: readonly Member[]): void
  /** Resolves once nobody is fed any more: each batch in hand is finished. */
  stop(): Promise<void>
}

export interface LanesDeps extends LaneDeps {
  /** Told of members whose lease another has taken; they are not fed any more. */
  readonly leaseLost: (members: readonly Member[]) => void
}

/** Projections that are fed together, by one loop. */
interface Lane {
  readonly members: readonly Member[]
  readonly controller: AbortController
  readonly ended: Promise<void>
}

const COMING_BACK = { baseMs: 100, capMs: 5_000 }

/**
 * Feeds members whatever fails. All share a lane, that is one subscription and one transaction a batch; a projector that fails
 * gets a lane of its own, so that the others don't wait for it.
 */
export const createLanes = (deps: LanesDeps): Lanes => {
  const { logger } = deps
  const faulty = new Set<string>()
  let fed: readonly Member[] = []
  let lanes = new Map<string, Lane>()
  const unfinished = new Set<Promise<void>>()

  /** Lanes whose members have changed are ended; new ones begin when these have, so that no two ever write the same rows. */
  const arrange = (): void => {
    const wanted = new Map<string, Member[]>()
    for (const member of fed) {
      const name = faulty.has(member.key.projection) ? member.key.projection : 'shared'
      wanted.set(name, [...(wanted.get(name) ?? []), member])
    }
    const kept = new Map(
      [...lanes].filter(([name, lane]) => sameMembers(lane.members, wanted.get(name) ?? [])),
    )
    const ending = [...lanes.values()].filter((lane) => ![...kept.values()].includes(lane))
    for (const { controller } of ending) controller.abort()
    const going = new Set([...kept.values()].map(({ ended }) => ended))
    const free = Promise.all([...unfinished].filter((ended) => !going.has(ended)))
    for (const [name, members] of wanted) {
      if (kept.has(name)) continue
      const controller = new AbortController()
      const ended = free
        .then(() => keepGoing(members, controller.signal))
        .finally(() => {
          unfinished.delete(ended)
        })
      unfinished.add(ended)
      kept.set(name, { members, controller, ended })
    }
    lanes = kept
  }

  const keepGoing = async (members: readonly Member[], signal: AbortSignal): Promise<void> => {
    let failures = 0
    const written: LaneDeps['written'] = (...told) => {
      failures = 0
      deps.written?.(...told)
    }
    while (!signal.aborted) {
      try {
        await runLane({ ...deps, written }, members, signal)
      } catch (error) {
        if (isAborted(signal)) return
        if (error instanceof LeaseLostError) {
          fed = fed.filter((member) => !error.lost.includes(member))
          arrange()
          deps.leaseLost(error.lost)
          return
        }
        if (error instanceof ProjectionFault && members.length > 1) {
          const { projection } = error.member.key
          logger.warn({ err: error, projection }, 'projector failed, goes on alone')
          faulty.add(projection)
          arrange()
          return
        }
        failures += 1
        logger.warn({ err: error, failures }, 'projections interrupted, going on from the last checkpoint')
        await pause(fullJitter(failures, COMING_BACK), signal)
      }
    }
  }

  return {
    feed: (members) => {
      fed = members
      arrange()
    },
    stop: async () => {
      fed = []
      arrange()
      await Promise.all(unfinished)
    },
  }
}

const sameMembers = (some: readonly Member[], others: readonly Member[]): boolean =>
  some.length === others.length && some.every((member) => others.includes(member))
