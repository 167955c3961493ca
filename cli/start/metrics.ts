import type { Logger } from 'pino'
import type { CommandHandler } from '../../commands/handle.ts'
import type { Pool } from 'pg'
import type { DeadLetters } from '../../eventstore/dead-letters.ts'
import type { Verdict } from '../../eventstore/persistent-group.ts'
import type { StoredEvent } from '../../eventstore/types.ts'
import type { ResilientProvider } from '../../gateways/payments/resilient.ts'
import { Counter, Gauge, measure, type Measurement, type Metrics } from '../../platform/metrics.ts'
import type { Deadline, DeadlineOutcome } from '../../processes/deadlines.ts'
import type { ProjectionStatus } from '../../projections/index.ts'
import { countSagas, STEP_NAMES, type SagaCount } from '../../projections/sagas/queries.ts'

/** The same handler; what becomes of its commands is counted. */
export const countCommands = (metrics: Metrics, handler: CommandHandler): CommandHandler => {
  const commands = new Counter({
    name: 'orderstream_commands_total',
    help: 'Commands, by what became of them: accepted, rejected, or failed (to be sent again)',
    labelNames: ['aggregate', 'command', 'outcome'],
    registers: [metrics],
  })
  return {
    load: handler.load,
    handle: async (aggregate, id, command, context, options) => {
      const count = (outcome: string): void => {
        commands.inc({ aggregate: aggregate.category, command: typeOf(command), outcome })
      }
      try {
        const outcome = await handler.handle(aggregate, id, command, context, options)
        count(outcome.accepted ? 'accepted' : 'rejected')
        return outcome
      } catch (error) {
        count('failed')
        throw error
      }
    },
  }
}

const typeOf = (command: unknown): string =>
  typeof command === 'object' && command !== null && 'type' in command ? String(command.type) : 'unknown'

/** Counts appends that another one came before, by aggregate: after each the command was decided anew. */
export const conflictCounter = (metrics: Metrics): ((stream: string) => void) => {
  const conflicts = new Counter({
    name: 'orderstream_command_conflicts_total',
    help: 'Appends that another one came before, after which the command was decided anew',
    labelNames: ['aggregate'],
    registers: [metrics],
  })
  return (stream) => {
    conflicts.inc({ aggregate: stream.split('-', 1)[0] ?? stream })
  }
}

/** Counts the events that processes have settled, by what became of them. */
export const processCounter = (metrics: Metrics): ((event: StoredEvent, verdict: Verdict) => void) => {
  const settled = new Counter({
    name: 'orderstream_process_events_total',
    help: 'Events that process managers have settled: done, given back to the store (again), or parked',
    labelNames: ['type', 'verdict'],
    registers: [metrics],
  })
  return ({ type }, { kind }) => {
    settled.inc({ type, verdict: kind })
  }
}

const BREAKER_STATES = ['closed', 'open', 'half_open'] as const

/** In which state the circuit breaker of each payment provider is, in this process. */
export const showBreakers = (
  metrics: Metrics,
  providers: readonly Pick<ResilientProvider, 'name' | 'breaker'>[],
): void => {
  const breakers = new Gauge({
    name: 'orderstream_payment_breaker',
    help: '1 for the state that the circuit breaker of a payment provider is in, as this process sees it',
    labelNames: ['provider', 'state'],
    registers: [metrics],
    collect: () => {
      for (const { name: provider, breaker } of providers) {
        const current = breaker.state()
        for (const state of BREAKER_STATES) breakers.set({ provider, state }, state === current ? 1 : 0)
      }
    },
  })
}

/** Counts deadlines, by what became of them. */
export const deadlineCounter = (
  metrics: Metrics,
): ((deadline: Pick<Deadline, 'kind'>, outcome: DeadlineOutcome) => void) => {
  const deadlines = new Counter({
    name: 'orderstream_deadlines_total',
    help: 'Deadlines: kept (the order was moved), stale (there was nothing to do), or failed (it comes again)',
    labelNames: ['kind', 'outcome'],
    registers: [metrics],
  })
  return ({ kind }, outcome) => {
    deadlines.inc({ kind, outcome })
  }
}

/** Orders under way and orders that are stuck, by the step at which they stand. */
export const measureSagas = (
  metrics: Metrics,
  { pool, now, logger }: { readonly pool: Pool; readonly now: () => Date; readonly logger: Logger },
): void => {
  const gauge = (
    name: string,
    help: string,
    counts: (count: SagaCount) => boolean,
  ): Measurement<readonly SagaCount[]> => ({
    ...{ name, help, labelNames: ['step'] },
    // a step at which nobody stands says 0: an alarm needs to see it fall
    samples: (all) =>
      STEP_NAMES.map((step) => ({
        labels: { step },
        value: all
          .filter((count) => count.step === step && counts(count))
          .reduce((sum, { orders }) => sum + orders, 0),
      })),
  })
  measure(
    metrics,
    () => countSagas(pool, now()),
    [
      gauge('orderstream_sagas', 'Orders under way, stuck ones too', () => true),
      gauge(
        'orderstream_sagas_stuck',
        'Orders that have not moved for longer than their step allows',
        ({ state }) => state === 'stuck',
      ),
    ],
    (error) => {
      logger.warn({ err: error }, 'how many orders are under way can not be read')
    },
  )
}

const SOURCES = ['process', 'read-model'] as const

/** Events that were put aside and wait for a person. */
export const measureDeadLetters = (
  metrics: Metrics,
  { list }: Pick<DeadLetters, 'list'>,
  logger: Logger,
): void => {
  measure(
    metrics,
    list,
    [
      {
        name: 'orderstream_dead_letters',
        help: 'Events that process managers or read models could not handle and that nobody has settled yet',
        labelNames: ['source'],
        samples: (letters) =>
          SOURCES.map((source) => ({
            labels: { source },
            value: letters.filter((letter) => letter.source.kind === source).length,
          })),
      },
    ],
    (error) => {
      logger.warn({ err: error }, 'how many events are put aside can not be read')
    },
  )
}

/** How far the read models are, as whoever keeps them tells. */
export const measureProjections = (
  metrics: Metrics,
  status: () => Promise<readonly ProjectionStatus[]>,
  logger: Logger,
): void => {
  const gauge = (
    name: string,
    help: string,
    value: (status: ProjectionStatus) => number,
  ): Measurement<readonly ProjectionStatus[]> => ({
    name: `orderstream_projection_${name}`,
    help,
    labelNames: ['projection'],
    samples: (all) =>
      all
        .filter(({ state }) => state === 'live')
        .map((live) => ({ labels: { projection: live.projection }, value: value(live) })),
  })
  measure(
    metrics,
    status,
    [
      gauge('lag_seconds', 'Age of the oldest event that waits for the read model', ({ lag }) => lag.seconds),
      gauge('lag_events', 'Events that wait for the read model', ({ lag }) => lag.events),
      gauge('parked_events', 'Events that the read model could not take', ({ parked }) => parked.events),
      gauge('running', '1 where somebody keeps the read model at the moment', ({ isRunning }) =>
        isRunning ? 1 : 0,
      ),
    ],
    (error) => {
      logger.warn({ err: error }, 'how far the read models are can not be read')
    },
  )
}
