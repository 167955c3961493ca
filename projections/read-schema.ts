import { createHash } from 'node:crypto'
import type { Projection } from './projection.ts'
import { createTable, quoteIdentifier, type Table } from './tables.ts'

/** What the tables of a projection look like, in 8 characters: code that expects other columns has another shape. */
export const shapeOf = ({ tables }: Pick<Projection, 'tables'>): string =>
  createHash('sha256')
    .update(tables.map((table) => createTable('shape', table)).join('\n'))
    .digest('hex')
    .slice(0, 8)

/**
 * The schema that queries read from: views over the tables of the generation that is live. A rebuild swaps the views in one
 * transaction. Its name holds the shape of the tables, so that code whose tables look different never meets the wrong ones:
 * during a deployment the old code reads its generation and the new code another, each kept up to date.
 */
export const readSchemaOf = (projection: Pick<Projection, 'name' | 'tables'>): string =>
  `read_${projection.name}_${shapeOf(projection)}`

/** What a query selects from, quoted. */
export const viewOf = (projection: Pick<Projection, 'name' | 'tables'>, { name }: Table): string =>
  `${quoteIdentifier(readSchemaOf(projection))}.${quoteIdentifier(name)}`
