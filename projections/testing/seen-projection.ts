import type { StoredEvent } from '../../eventstore/types.ts'
import { foldRows } from '../fold-rows.ts'
import type { Projection } from '../projection.ts'
import { document, revision, table, text } from '../tables.ts'

/** One row a stream, with the types of its events in their order: what a projector was given, and nothing twice. */
export const seenTable = table({
  name: 'seen',
  columns: { stream: text, types: document<readonly string[]>(), revision },
  key: ['stream'],
  indexes: [],
})

/**
 * A projection of everything in streams that begin with `prefix`. It calls `look` with each event first, which may throw.
 * @param home another folder stands for other code
 */
export const seenProjection = (
  name: string,
  prefix: string,
  look: (event: StoredEvent) => void = () => undefined,
  home: URL = new URL('.', import.meta.url),
): Projection => ({
  name,
  streamPrefixes: [prefix],
  tables: [seenTable],
  home,
  project: (events, rows) => {
    for (const event of events) look(event)
    return foldRows(events, rows, {
      table: seenTable,
      keyOf: ({ stream }) => stream,
      evolve: (row, { stream, type, revision: at }) => ({
        stream,
        types: [...(row?.types ?? []), type],
        revision: at,
      }),
    })
  },
})
