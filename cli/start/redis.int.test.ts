import { expect } from 'chai'
import { pino } from 'pino'
import { loadConfig } from '../../platform/config.ts'
import { freePort, startRedis } from '../../test/support/servers.ts'
import type { TestServer } from '../../test/support/servers.ts'
import { redisOf } from './redis.ts'
import { StoppingError } from './system.ts'
import type { Part, System } from './system.ts'

const logger = pino({ level: 'silent' })

describe('Redis', () => {
  const started: Part[] = []
  const stop = new AbortController()
  const system: System = {
    stopping: stop.signal,
    start: async (_name, start) => {
      const part = await start()
      started.push(part)
      return part
    },
  }
  let server: TestServer | undefined
  before(async function () {
    server = await startRedis()
    if (!server) this.skip()
  })
  afterEach(() => Promise.all(started.splice(0).map((part) => part.stop())))
  after(() => server?.stop())

  it('is not needed where none is named', async () => {
    expect(await redisOf(system, loadConfig({}), logger)).to.equal(undefined)
  })

  it('answers where it is named', async () => {
    const redis = await redisOf(system, loadConfig({ REDIS_URL: server?.url }), logger)
    expect(await redis?.ping()).to.equal('PONG')
  })

  it('is waited for until everything is to stop', async () => {
    const config = loadConfig({ REDIS_URL: `redis://127.0.0.1:${await freePort()}` })
    const waiting = redisOf(system, config, logger).then(
      () => undefined,
      (error: unknown) => error,
    )
    stop.abort()
    expect(await waiting).to.be.instanceOf(StoppingError)
  })
})
