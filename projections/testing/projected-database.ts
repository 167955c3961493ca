import { pino } from 'pino'
import type { DomainEvent } from '../../eventstore/types.ts'
import { startProjections } from '../index.ts'
import type { Projection } from '../projection.ts'
import { startDatabase, until, type TestDatabase } from './database.ts'
import { createEventLog } from './event-log.ts'

/** A database in which projections have taken these events, for tests of queries. */
export const projectedDatabase = async (
  projections: readonly Projection[],
  events: readonly (readonly [stream: string, event: DomainEvent])[],
): Promise<TestDatabase> => {
  const database = await startDatabase()
  const log = createEventLog()
  for (const [stream, event] of events) log.append(stream, event)
  const running = await startProjections({
    ...{ store: log, pool: database.pool, logger: pino({ level: 'silent' }), projections },
  })
  const end = log.events.at(-1)?.position.commit
  await until(async () => (await running.status()).every(({ position }) => position?.commit === end))
  await running.stop()
  return database
}
