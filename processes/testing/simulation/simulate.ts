import { pino } from 'pino'
import { createCommandHandler } from '../../../commands/handle.ts'
import type { PlaceOrderDeps } from '../../../commands/place-order.ts'
import type { Sleep } from '../../../commands/sleep.ts'
import { createWalletAccount } from '../../../commands/wallet-account.ts'
import { refundsOf } from '../../../domain/order/state.ts'
import { StoreUnavailableError, UnknownOutcomeError } from '../../../eventstore/errors.ts'
import { createMemoryStore, type MemoryStore } from '../../../eventstore/testing/memory-store.ts'
import type { DomainEvent, StoredEvent, Streams } from '../../../eventstore/types.ts'
import { intercept } from '../../../gateways/payments/intercept.ts'
import { ProviderUnavailableError, type PaymentProvider } from '../../../gateways/payments/provider.ts'
import { createProviders } from '../../../gateways/payments/providers.ts'
import { createSimulator } from '../../../gateways/payments/simulator.ts'
import { memoryLedger } from '../../../gateways/payments/memory-ledger.ts'
import { createWalletProvider } from '../../../gateways/payments/wallet.ts'
import { orderProcess, wakeUps } from '../../order-process.ts'
import { handleOrderEvent } from '../../runner.ts'
import { brokenLaws } from '../laws.ts'
import { booksOf, effectsIn, ordersIn, prepare, pricing, registry } from '../memory-books.ts'
import type { Choices } from './choices.ts'
import type { Stage } from './stage.ts'
import { storyOf } from './story.ts'
import { createWorld, type Fault, type Instance, type Task } from './world.ts'

const logger = pino({ level: 'silent' })
const never = new AbortController().signal

const WRITING: readonly Fault[] = ['lost', 'answer_lost', 'late', 'crash_before', 'crash_after']
const READING: readonly Fault[] = ['lost', 'crash_before']
const TIME_LIMIT_MS = 2_500

export interface Simulated {
  /** What is not as it has to be; none where all laws hold. */
  readonly broken: readonly string[]
  /** All that has happened, in order. */
  readonly trace: readonly string[]
  readonly statuses: readonly string[]
}

/**
 * A shop in which things happen as `choices` say: its orders, what people want of them, and what goes wrong. Then nothing goes wrong
 * any more, deadlines come, and all events are delivered once more, the newest first. Real commands, processes and providers run on
 * streams and books in memory; time is virtual.
 */
export const simulate = async (choices: Choices): Promise<Simulated> => {
  let time = Date.parse('2026-01-01T00:00:00.000Z')
  const now = (): Date => new Date(time)
  const broken: string[] = []
  const ledger = memoryLedger()
  const delivered: StoredEvent[] = []

  const deliver = (event: StoredEvent, more = ''): Task<PlaceOrderDeps> => ({
    name: `${event.type} of ${event.stream}${more}`,
    triesLeft: 200,
    run: async (deps) => {
      const sleep: Sleep = sleepOf.get(deps) ?? (() => Promise.resolve())
      const runner = { ...deps, logger, sleep, random: () => 1 }
      const verdict = await handleOrderEvent(runner, orderProcess, event, never)
      if (verdict.kind === 'park')
        broken.push(`${event.type} of ${event.stream} was parked: ${verdict.reason}`)
      return verdict.kind === 'again' ? 'again' : 'done'
    },
  })
  const sleepOf = new Map<PlaceOrderDeps, Sleep>()

  const store = createMemoryStore({
    registry,
    now,
    onEvent: (event) => {
      if (!wakeUps.some((type) => type === event.type)) return
      delivered.push(event)
      world.add(deliver(event))
      if (world.whether(0.15)) world.add(deliver(event, ', a second time'))
    },
  })
  // what takes longer than its caller listens is done, and nobody hears of it
  const simulator = createSimulator(ledger, {
    clock: { now },
    webhookMs: 20,
    delay: (ms) => (ms > TIME_LIMIT_MS ? Promise.reject(new Error('too late')) : Promise.resolve()),
  })

  const boot = (instance: Instance): PlaceOrderDeps => {
    const sleep: Sleep = (ms) =>
      world.call(
        instance,
        `waits ${Math.round(ms)} ms`,
        [],
        () => new Error('unused'),
        () => Promise.resolve(),
      )
    const around = (provider: PaymentProvider): PaymentProvider =>
      intercept(provider, (operation, { idempotencyKey }, work) =>
        world.call(
          instance,
          `${provider.name} ${operation} ${idempotencyKey}`,
          WRITING,
          () => new ProviderUnavailableError(provider.name, operation, new Error('simulated')),
          work,
        ),
      )
    const handler = createCommandHandler({ store: interrupted(store, instance), sleep: () => sleep(0) })
    const wallet = createWalletProvider(createWalletAccount({ handler, now, sleep: () => sleep(0) }))
    const deps: PlaceOrderDeps = {
      handler,
      now,
      providers: createProviders(
        { prefix: 'sim_', provider: around(simulator) },
        { prefix: 'wallet', provider: around(wallet) },
      ),
      reservationMinutes: 15,
      pricing,
    }
    sleepOf.set(deps, () => sleep(0))
    return deps
  }

  const interrupted = (streams: MemoryStore, instance: Instance): Streams => ({
    append: (stream, events, expected) =>
      world.call(
        instance,
        `append ${events.map(({ type }) => type).join(', ')} to ${stream}`,
        WRITING,
        () => new UnknownOutcomeError(stream, new Error('simulated')),
        () => streams.append(stream, events, expected),
      ),
    readStream: <Event extends DomainEvent>(
      stream: string,
      options?: { readonly from?: bigint; readonly limit?: number },
    ) =>
      world.call(
        instance,
        `read ${stream}`,
        READING,
        () => new StoreUnavailableError('read', new Error('simulated')),
        () => streams.readStream<Event>(stream, options),
      ),
  })

  const world = createWorld<PlaceOrderDeps>({
    choices,
    boot,
    tick: () => {
      time += 1
    },
    onFailure: (task, error) => {
      broken.push(
        `${task} failed: ${error instanceof Error ? `${error.name}: ${error.message}` : String(error)}`,
      )
    },
  })
  const stage: Stage = {
    ...{ ledger, now, add: world.add, whether: world.whether, choose: world.choose },
    pass: (ms) => {
      time += ms
    },
  }

  const story = storyOf(stage)
  await prepare(store, now, story)
  try {
    world.add(...story.tasks)
    await world.run()
    world.calmDown()
    for (let round = 1; round <= 3; round += 1) {
      time += 60 * 60_000
      world.add(...story.endOfDay(round))
      await world.run()
    }
    const effectsBefore = JSON.stringify(await effectsIn(ledger, story))
    world.add(...delivered.toReversed().map((event) => deliver(event, ', once more')))
    await world.run()
    if (JSON.stringify(await effectsIn(ledger, story)) !== effectsBefore) {
      broken.push('events that were delivered once more had an effect at the provider')
    }
    broken.push(...brokenLaws(await booksOf(store, ledger, story)))
  } catch (error) {
    broken.push(error instanceof Error ? `${error.name}: ${error.message}` : String(error))
  }
  const statuses = ordersIn(store, story).map(
    (order) => `${order.status}${refundsOf(order).length > 0 ? ' with refunds' : ''}`,
  )
  return { broken, trace: world.trace, statuses }
}
