import { expect } from 'chai'
import fc from 'fast-check'
import { openLog, type NodeLog } from '../log/log.ts'
import { createRegistry, type Registry } from './registry.ts'
import { allStream } from './settings.ts'
import type { StrategyName } from './strategies/strategy.ts'
import { consumer, manualClock, proposed, type RecordingConsumer } from './testing/doubles.ts'

type Step =
  | { readonly do: 'append'; readonly count: number; readonly wanted: boolean }
  | { readonly do: 'join'; readonly bufferSize: number }
  | { readonly do: 'leave' | 'stall'; readonly who: number }
  | {
      readonly do: 'answer'
      readonly who: number
      readonly count: number
      readonly how: 'ack' | 'retry' | 'park' | 'skip'
    }
  | { readonly do: 'wait'; readonly milliseconds: number }
  | { readonly do: 'update' | 'crash' | 'restart' }

const small = fc.nat({ max: 3 })
const steps = fc.array(
  fc.oneof(
    {
      weight: 4,
      arbitrary: fc.record({
        do: fc.constant('append' as const),
        count: fc.integer({ min: 1, max: 9 }),
        wanted: fc.boolean(),
      }),
    },
    {
      weight: 3,
      arbitrary: fc.record({ do: fc.constant('join' as const), bufferSize: fc.integer({ min: 1, max: 6 }) }),
    },
    {
      weight: 1,
      arbitrary: fc.record({ do: fc.constantFrom('leave' as const, 'stall' as const), who: small }),
    },
    {
      weight: 8,
      arbitrary: fc.record({
        do: fc.constant('answer' as const),
        who: small,
        count: fc.integer({ min: 1, max: 5 }),
        how: fc.constantFrom(
          'ack' as const,
          'ack' as const,
          'retry' as const,
          'park' as const,
          'skip' as const,
        ),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        do: fc.constant('wait' as const),
        milliseconds: fc.constantFrom(500, 1_000, 5_000),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({ do: fc.constantFrom('update' as const, 'crash' as const, 'restart' as const) }),
    },
  ),
  { maxLength: 60 },
)

/** The log as one run of the server sees it: after its end it writes nothing and hears nothing. */
const seenUntilTheEnd = (log: NodeLog): { readonly log: NodeLog; end(): void } => {
  let ended = false
  return {
    log: {
      ...log,
      get end() {
        return log.end
      },
      get lastPosition() {
        return log.lastPosition
      },
      append: (...args) => (ended ? new Promise(() => undefined) : log.append(...args)),
      onCommitted: (listener) =>
        log.onCommitted((events) => {
          if (!ended) listener(events)
        }),
    },
    end: () => {
      ended = true
    },
  }
}

describe('persistent subscriptions under random schedules', () => {
  const settings = {
    resolveLinks: false,
    extraStatistics: false,
    messageTimeout: 2_000,
    maxRetryCount: 2,
    checkpointAfter: 1_000,
    minCheckpointCount: 1,
    maxCheckpointCount: 4,
    maxSubscriberCount: 0,
    liveBufferSize: 5,
    historyBufferSize: 8,
    readBatchSize: 2,
    startFrom: 0,
  }

  const run = async (strategy: StrategyName, schedule: readonly Step[]): Promise<void> => {
    const log = openLog()
    const clock = manualClock()
    const done = new Set<string>()
    const wanted: string[] = []
    let seen = seenUntilTheEnd(log)
    let registry: Registry = createRegistry(seen.log, { clock })
    let consumers: RecordingConsumer[] = []
    const group = () => registry.group(allStream, 'g')
    const filter = { on: 'stream' as const, regex: '', prefixes: ['wanted-'] }
    await registry.create({ stream: allStream, filter }, 'g', { ...settings, strategy }, 'system')

    const answer = (from: RecordingConsumer, count: number, how: 'ack' | 'retry' | 'park' | 'skip'): void => {
      const messages = from.received.splice(0, count).filter((message) => message.consumer === from)
      const ids = messages.map(({ id }) => id)
      if (how === 'ack' || how === 'skip') for (const id of ids) done.add(id)
      if (how === 'ack') group().ack(ids)
      else group().nack(ids, how, 'for some reason')
    }

    const take = async (step: Step): Promise<void> => {
      switch (step.do) {
        case 'append': {
          const events = Array.from({ length: step.count }, () => proposed('Happened'))
          const stream = `${step.wanted ? 'wanted' : 'other'}-${wanted.length % 3}`
          if (step.wanted) wanted.push(...events.map(({ id }) => id))
          await log.append(stream, 'any', events)
          return
        }
        case 'join': {
          const joined = consumer(step.bufferSize, `consumer ${consumers.length}`)
          consumers.push(joined)
          group().add(joined)
          return
        }
        case 'leave': {
          const [left] = consumers.splice(step.who, 1)
          if (left !== undefined) group().remove(left)
          return
        }
        case 'stall': {
          const stalled = consumers[step.who]
          if (stalled === undefined) return
          stalled.reading = !stalled.reading
          group().wake()
          return
        }
        case 'answer': {
          const from = consumers[step.who]
          if (from !== undefined) answer(from, step.count, step.how)
          return
        }
        case 'wait':
          clock.advance(step.milliseconds)
          return
        case 'update':
          consumers = []
          await registry.update(allStream, 'g', { ...settings, strategy }, 'system')
          return
        case 'restart':
          consumers = []
          await registry.close()
          registry = createRegistry(seen.log, { clock })
          return
        case 'crash':
          consumers = []
          seen.end()
          seen = seenUntilTheEnd(log)
          registry = createRegistry(seen.log, { clock })
      }
    }

    for (const step of schedule) {
      await take(step)
      for (const { inFlight, bufferSize } of consumers) expect(inFlight).to.be.within(0, bufferSize)
      const { readBufferCount } = group().info()
      expect(readBufferCount).to.be.at.most(settings.historyBufferSize)
    }

    // whatever happened: somebody who answers everything gets all that is left
    for (const each of consumers) group().remove(each)
    const last = consumer(100, 'last')
    group().add(last)
    for (let quiet = 0; quiet < 3; quiet++) {
      await log.append('other-last', 'any', [proposed('Happened')])
      clock.advance(3_000)
      await new Promise(setImmediate)
      if (last.received.length > 0) quiet = 0
      answer(last, last.received.length, 'ack')
    }
    await registry.close()
    const links = log.readForwards('$persistentsubscription-$all::g-parked', 0, 10_000)
    for (const link of links) done.add(log.resolve(link).event?.id ?? 'nothing')
    await log.close()
    expect(
      wanted.filter((id) => !done.has(id)),
      'lost',
    ).to.deep.equal([])
  }

  for (const strategy of ['RoundRobin', 'Pinned'] as const) {
    it(`${strategy}: every event is answered or parked, whatever crashes, leaves, stalls or times out`, async function () {
      this.timeout(60_000)
      await fc.assert(
        fc.asyncProperty(steps, (schedule) => run(strategy, schedule)),
        { numRuns: 150 },
      )
    })
  }
})
