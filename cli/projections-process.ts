import { once } from 'node:events'
import type { Config } from '../platform/config.ts'
import { giveBackMemoryWhenIdle } from '../platform/idle-memory.ts'
import { createLogger } from '../platform/logger.ts'
import { startProjections } from '../projections/index.ts'
import { connectPool, connectStore } from './start/connections.ts'
import { openPersonalData } from './start/personal-data.ts'
import { runProgram } from './start/program.ts'
import type { ProjectionsOrder } from './start/projections-process.ts'
import { runSystem } from './start/system.ts'

// The part of the product that start/projections-process.ts starts; not for the hand of a person.

// whoever has started it has gone, and its servers with it: a later start begins where the checkpoint stands
process.once('disconnect', () => process.exit(1))

/** Buffers arrive as plain arrays of bytes. */
const withBuffers = (keys: Config['masterKeys']): Config['masterKeys'] => {
  if (keys.kind === 'generated') return keys
  const [first, ...others] = keys.secrets
  return { kind: 'given', secrets: [Buffer.from(first), ...others.map((secret) => Buffer.from(secret))] }
}

await runProgram(async (signal) => {
  const [order] = (await once(process, 'message', { signal })) as [ProjectionsOrder]
  const { config } = order
  const format = config.log.format ?? (process.stdout.isTTY ? 'pretty' : 'json')
  const logger = createLogger({ level: config.log.level, format })
  await runSystem({ logger, stopMs: config.shutdownSeconds * 1_000, signal }, async (system) => {
    const { pool } = await system.start('database of projections', () =>
      connectPool({ url: order.databaseUrl }, config, 'projections', logger),
    )
    const personalData = await openPersonalData(
      { ...config, masterKeys: withBuffers(config.masterKeys) },
      pool,
      logger,
    )
    const { store } = await system.start('event store', () =>
      connectStore({ url: order.eventStoreUrl }, system.stopping, logger, personalData),
    )
    await system.start('projections', () =>
      startProjections({
        ...{ store, pool, signal: system.stopping },
        logger: logger.child({ room: 'projections' }),
      }),
    )
    await system.start('idle memory', () => giveBackMemoryWhenIdle())
    process.send?.('ready')
  })
})
