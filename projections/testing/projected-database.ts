import { pino } from 'pino'
import type { DomainEvent } from '../../eventstore/types.ts'
import { startProjections } from '../index.ts'
import type { Projection } from '../projection.ts'
import { startDatabase, until, type TestDatabase } from './database.ts'
import { createEventLog } from './event-log.ts'

/** A database in which a projection has taken these events, for tests of its queries. */
export const projectedDatabase = async (
  projection: Projection,
  events: readonly (readonly [stream: string, event: DomainEvent])[],
): Promise<TestDatabase> => {
  const database = await startDatabase()
  const log = createEventLog()
  for (const [stream, event] of events) log.append(stream, event)
  const projections = await startProjections({
    ...{ store: log, pool: database.pool, logger: pino({ level: 'silent' }), projections: [projection] },
  })
  const taken = BigInt(events.length)
  await until(async () => (await projections.status()).every((status) => status.events === taken))
  await projections.stop()
  return database
}
