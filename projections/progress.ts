import type { ClientBase, Pool } from 'pg'
import { prepared } from '../platform/prepared.ts'
import { formatPosition, parsePosition } from '../eventstore/position.ts'
import type { Position } from '../eventstore/types.ts'
import { positionOf } from './generations.ts'
import type { Projection } from './projection.ts'
import { readSchemaOf } from './read-schema.ts'

/** Channel on which every commit of a read model is told, so that whoever waits for one need not ask. */
export const PROGRESS_CHANNEL = 'orderstream_projections'

/** What queries read, and how far it is. */
export interface Progress {
  readonly readSchemas: readonly string[]
  readonly position: Position
}

/** Tells, once the transaction is committed, how far these live projections are now. */
export const announce = async (
  client: Pool | ClientBase,
  position: Position,
  projections: readonly Projection[],
): Promise<void> => {
  if (projections.length === 0) return
  const message = [formatPosition(position), ...projections.map(readSchemaOf)].join(' ')
  await client.query(prepared('SELECT pg_notify($1, $2)', [PROGRESS_CHANNEL, message]))
}

/** What a notification says; undefined where it is none of ours. */
export const parseProgress = (message: string): Progress | undefined => {
  const [position = '', ...readSchemas] = message.split(' ')
  const parsed = parsePosition(position)
  return parsed === undefined ? undefined : { position: parsed, readSchemas }
}

/** How far each read model is, by the schema that queries read it from. */
export const readProgress = async (client: Pool | ClientBase): Promise<Progress[]> => {
  const { rows } = await client.query<{
    projection: string
    shape: string
    commit_position: string
    prepare_position: string
  }>(
    `SELECT projection, shape, commit_position, prepare_position FROM projections.generations
     WHERE state = 'live' AND commit_position IS NOT NULL`,
  )
  return rows.flatMap(({ projection, shape, commit_position, prepare_position }) => {
    const position = positionOf(commit_position, prepare_position)
    return position === undefined ? [] : [{ readSchemas: [`read_${projection}_${shape}`], position }]
  })
}
