import { expect } from 'chai'
import { pino } from 'pino'
import { runSystem, StoppingError } from './system.ts'
import type { Part, System } from './system.ts'

interface Fakes {
  readonly log: string[]
  readonly part: (name: string, options?: Partial<Part>) => () => Part
}

const fakes = (): Fakes => {
  const log: string[] = []
  return {
    log,
    part: (name, options) => () => {
      log.push(`start ${name}`)
      return {
        stop: () => {
          log.push(`stop ${name}`)
          return Promise.resolve()
        },
        ...options,
      }
    },
  }
}

const run = async (
  startAll: (system: System) => Promise<void>,
  { signal = new AbortController().signal, stopMs = 1_000, leastStopMs = 1_000 } = {},
): Promise<unknown> =>
  runSystem({ logger: pino({ level: 'silent' }), stopMs, leastStopMs, signal }, startAll).then(
    () => 'ended in order',
    (error: unknown) => error,
  )

describe('a system of parts', () => {
  it('stops what it started, the last first, when it is told to', async () => {
    const { log, part } = fakes()
    const stop = new AbortController()
    const outcome = await run(
      async (system) => {
        for (const name of ['node', 'pool', 'api']) await system.start(name, part(name))
        stop.abort()
      },
      { signal: stop.signal },
    )
    expect(outcome).to.equal('ended in order')
    expect(log).to.deep.equal(['start node', 'start pool', 'start api', 'stop api', 'stop pool', 'stop node'])
  })

  it('stops what it started when the next part fails, and tells why', async () => {
    const { log, part } = fakes()
    const failure = new Error('no port')
    const outcome = await run(async (system) => {
      await system.start('node', part('node'))
      await system.start('api', () => Promise.reject(failure))
    })
    expect(outcome).to.equal(failure)
    expect(log).to.deep.equal(['start node', 'stop node'])
  })

  it('waits for parts that start beside the one that failed, and stops them too', async () => {
    const { log, part } = fakes()
    const failure = new Error('no port')
    let finish: () => void = () => undefined
    const slow = new Promise<void>((resolve) => {
      finish = resolve
    })
    const outcome = run(async (system) => {
      await Promise.all([
        system.start('slow', async () => {
          await slow
          return part('slow')()
        }),
        system.start('failing', () => Promise.reject(failure)),
      ])
    })
    await Promise.resolve()
    finish()
    expect(await outcome).to.equal(failure)
    expect(log).to.deep.equal(['start slow', 'stop slow'])
  })

  it('stops all when a part ends by itself, and tells which', async () => {
    const { log, part } = fakes()
    const lost = new Error('killed')
    const outcome = await run(async (system) => {
      await system.start('pool', part('pool'))
      await system.start('node', part('node', { died: Promise.resolve(lost) }))
      await system.start('api', part('api'))
    })
    expect(outcome).to.equal(lost)
    expect(log.filter((line) => line.startsWith('stop')).sort()).to.deep.equal(
      log
        .filter((line) => line.startsWith('start'))
        .map((line) => line.replace('start', 'stop'))
        .sort(),
    )
    expect(log.at(-1)).to.equal('stop pool')
  })

  it('gives all that are left the time of one when a part ends by itself: they may wait for it in vain', async () => {
    const { part } = fakes()
    const stop = (): Promise<void> => new Promise(() => undefined)
    const failure = new Error('the server ended')
    const began = performance.now()
    const outcome = await run(
      async (system) => {
        for (const name of ['pool', 'store', 'sagas', 'api']) await system.start(name, part(name, { stop }))
        await system.start('server', part('server', { died: Promise.resolve(failure) }))
      },
      { stopMs: 500, leastStopMs: 10 },
    )
    expect(outcome).to.equal(failure)
    expect(performance.now() - began).to.be.within(490, 1_500)
  })

  it('starts nothing more once it is told to stop', async () => {
    const { log, part } = fakes()
    const stop = new AbortController()
    let refusal: unknown
    await run(
      async (system) => {
        await system.start('node', part('node'))
        stop.abort()
        await system.start('api', part('api')).catch((error: unknown) => {
          refusal = error
        })
      },
      { signal: stop.signal },
    )
    expect(refusal).to.be.instanceOf(StoppingError)
    expect(log).to.deep.equal(['start node', 'stop node'])
  })

  it('tells those who wait for something while it starts', async () => {
    const stop = new AbortController()
    const outcome = await run(
      async (system) => {
        stop.abort()
        await new Promise((resolve) => {
          system.stopping.addEventListener('abort', resolve)
        })
      },
      { signal: stop.signal },
    )
    expect(outcome).to.equal('ended in order')
  })

  it('leaves behind what does not stop in time, or fails to, and stops the rest', async () => {
    const { log, part } = fakes()
    const stop = new AbortController()
    const outcome = await run(
      async (system) => {
        await system.start('node', part('node'))
        await system.start('stuck', part('stuck', { stop: () => new Promise(() => undefined) }))
        await system.start('broken', part('broken', { stop: () => Promise.reject(new Error('broken')) }))
        stop.abort()
      },
      { signal: stop.signal, stopMs: 20 },
    )
    expect(outcome).to.equal('ended in order')
    expect(log).to.deep.equal(['start node', 'start stuck', 'start broken', 'stop node'])
  })
})
