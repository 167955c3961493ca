import { randomUUID } from 'node:crypto'
import { pino } from 'pino'
import { z } from 'zod'
import { connectEventStore, type ConnectedEventStore, type EventStoreOptions } from '../connect.ts'
import { createRegistry } from '../registry.ts'
import type { EventMetadata, NewEvent } from '../types.ts'

/** A made-up aggregate to test the door with. */
export const testContracts = {
  Counted: { version: 1, schema: z.strictObject({ n: z.int() }) },
  Named: { version: 1, schema: z.strictObject({ name: z.string() }) },
}

export type TestEvent =
  | { readonly type: 'Counted'; readonly data: { readonly n: number } }
  | { readonly type: 'Named'; readonly data: { readonly name: string } }

export const testRegistry = createRegistry(testContracts)

export const testMetadata: Omit<EventMetadata, 'schemaVersion'> = {
  $correlationId: 'correlation',
  $causationId: 'cause',
  actor: { kind: 'service', id: 'tests' },
  commandId: 'command',
}

export const counted = (n: number, id: string = randomUUID()): NewEvent<TestEvent> => ({
  type: 'Counted',
  data: { n },
  id,
  metadata: testMetadata,
})

/** `count` events, numbered from `first` on. */
export const countedUp = (count: number, first = 0): NewEvent<TestEvent>[] =>
  Array.from({ length: count }, (_, index) => counted(first + index))

/** A name that no other test has: `$all` may be shared. */
export const newStream = (category = 'thing'): string => `${category}-${randomUUID()}`

export const openDoor = (
  connectionString: string,
  options: Partial<EventStoreOptions> = {},
): ConnectedEventStore =>
  connectEventStore({
    connectionString,
    registry: testRegistry,
    logger: pino({ level: 'silent' }),
    ...options,
  })
