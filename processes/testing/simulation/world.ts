import type { Choices } from './choices.ts'

/** A process of the shop: once it has ended, nothing gets out of it or comes back to it. */
export interface Instance {
  readonly name: string
  isAlive: boolean
}

/** What may go wrong with a call; `late`: its answer is lost, and it takes effect only some time later. */
export type Fault = 'lost' | 'answer_lost' | 'late' | 'crash_before' | 'crash_after'

/** Something to be done by an instance; done anew by another one where that ends. */
export interface Task<Deps> {
  readonly name: string
  /** `again`: it is too early for it, or nobody knows whether it is done. */
  readonly run: (deps: Deps) => Promise<'done' | 'again'>
  /** How often it may be begun at most; after that whoever wanted it gives up. */
  triesLeft: number
}

interface Call {
  readonly label: string
  readonly instance: Instance | undefined
  readonly faults: readonly Fault[]
  readonly perform: (fault: Fault | undefined) => void
}

export interface World<Deps> {
  /** A call that leaves an instance: it waits for its turn, and something may go wrong with it. `failure`: what is then thrown. */
  readonly call: <Result>(
    instance: Instance,
    label: string,
    faults: readonly Fault[],
    failure: () => Error,
    work: () => Promise<Result>,
  ) => Promise<Result>
  readonly add: (...tasks: readonly Task<Deps>[]) => void
  /** Goes on until there is nothing left to do. @throws EndlessScheduleError */
  readonly run: () => Promise<void>
  /** From now on nothing goes wrong any more, and all goes in turn. */
  readonly calmDown: () => void
  readonly choose: <Item>(items: readonly Item[]) => Item
  readonly whether: (rate: number) => boolean
  /** All that has happened, in order. */
  readonly trace: readonly string[]
}

export interface WorldOptions<Deps> {
  readonly choices: Choices
  /** What a new process works with. */
  readonly boot: (instance: Instance) => Deps
  /** Called at each step: time goes on. */
  readonly tick: () => void
  readonly instances?: number
  readonly mostFaults?: number
  readonly faultRate?: number
  /** A task has failed for a reason that it doesn't know. */
  readonly onFailure: (task: string, error: unknown) => void
}

export class EndlessScheduleError extends Error {
  override readonly name = 'EndlessScheduleError'
}

const MOST_STEPS = 20_000

/**
 * Processes whose calls take effect one after another, in an order that is chosen, with faults that are chosen: the same choices
 * are the same history, because nothing else decides what comes next.
 */
export const createWorld = <Deps>(options: WorldOptions<Deps>): World<Deps> => {
  const { choices, boot, tick, instances: count = 2, faultRate = 0.03, onFailure } = options
  let faultsLeft = options.mostFaults ?? 6
  let isCalm = false
  let steps = 0
  const trace: string[] = []
  const calls: Call[] = []
  const tasks: Task<Deps>[] = []
  const inHand = new Map<Task<Deps>, Instance>()
  const start = (name: string): { instance: Instance; deps: Deps } => {
    const instance: Instance = { name, isAlive: true }
    return { instance, deps: boot(instance) }
  }
  const running = Array.from({ length: count }, (_, index) => start(`process ${index + 1}`))

  const among = (size: number): number => (isCalm ? 0 : choices.among(size))
  const whether = (rate: number): boolean => !isCalm && choices.whether(rate)

  const crash = (instance: Instance): void => {
    if (!instance.isAlive) return
    instance.isAlive = false
    for (let index = calls.length - 1; index >= 0; index -= 1) {
      if (calls[index]?.instance === instance) calls.splice(index, 1)
    }
    for (const [task, holder] of inHand) {
      if (holder !== instance) continue
      inHand.delete(task)
      tasks.push(task)
    }
    const place = running.findIndex((each) => each.instance === instance)
    running[place] = start(instance.name)
  }

  const call: World<Deps>['call'] = (instance, label, faults, failure, work) =>
    new Promise((resolve, reject) => {
      if (!instance.isAlive) return
      const later = (): void => {
        calls.push({
          label: `late: ${label}`,
          instance: undefined,
          faults: [],
          perform: () => {
            work().catch(() => undefined)
          },
        })
      }
      const perform = (fault: Fault | undefined): void => {
        switch (fault) {
          case undefined:
            work().then(resolve, reject)
            return
          case 'lost':
            reject(failure())
            return
          case 'late':
            later()
            reject(failure())
            return
          case 'answer_lost': {
            const lose = (): void => {
              reject(failure())
            }
            work().then(lose, lose)
            return
          }
          case 'crash_before':
            crash(instance)
            return
          case 'crash_after': {
            const end = (): void => {
              crash(instance)
            }
            work().then(end, end)
          }
        }
      }
      calls.push({ label: `${instance.name}: ${label}`, instance, faults, perform })
    })

  const makeCall = (index: number): void => {
    const [made] = calls.splice(index, 1)
    if (made === undefined) return
    const isFaulty = made.faults.length > 0 && faultsLeft > 0 && whether(faultRate)
    const fault = isFaulty ? made.faults[among(made.faults.length)] : undefined
    if (fault !== undefined) faultsLeft -= 1
    trace.push(fault === undefined ? made.label : `${made.label} ← ${fault}`)
    made.perform(fault)
  }

  const begin = (index: number): void => {
    const [task] = tasks.splice(index, 1)
    const place = running[among(running.length)]
    if (task === undefined || place === undefined) return
    const { instance, deps } = place
    if (task.triesLeft <= 0) {
      trace.push(`given up: ${task.name}`)
      return
    }
    task.triesLeft -= 1
    trace.push(`${instance.name} begins: ${task.name}`)
    inHand.set(task, instance)
    task.run(deps).then(
      (outcome) => {
        if (!instance.isAlive) return
        inHand.delete(task)
        if (outcome === 'again') tasks.push(task)
      },
      (error: unknown) => {
        if (!instance.isAlive) return
        inHand.delete(task)
        onFailure(task.name, error)
      },
    )
  }

  return {
    call,
    trace,
    whether,
    choose: <Item>(items: readonly Item[]): Item => items[among(items.length)] as Item,
    add: (...more) => {
      tasks.push(...more)
    },
    calmDown: () => {
      isCalm = true
      faultsLeft = 0
    },
    run: async () => {
      for (;;) {
        // all that follows of the last step, and waits for nothing, has happened by then
        await new Promise(setImmediate)
        const possible = calls.length + tasks.length
        if (possible === 0) return
        steps += 1
        if (steps > MOST_STEPS) throw new EndlessScheduleError(`It was not at rest after ${MOST_STEPS} steps`)
        tick()
        const chosen = among(possible)
        if (chosen < calls.length) makeCall(chosen)
        else begin(chosen - calls.length)
      }
    },
  }
}
