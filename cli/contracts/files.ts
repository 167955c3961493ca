import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { EventContract } from '../../domain/contract.ts'
import { changesBetween, type Change } from './compatibility.ts'
import { commonSchemas, eventSchema, fileOf, type Json, type JsonObject } from './json-schema.ts'
import { publishedEvents, type PublishedEvent } from './published.ts'
import { readme } from './readme.ts'

/** A version whose published shape was changed. */
export class ChangedContractError extends Error {
  override readonly name = 'ChangedContractError'
  readonly file: string
  readonly changes: readonly Change[]

  constructor(file: string, changes: readonly Change[]) {
    const list = changes.map(({ kind, at, detail }) => `\n  ${kind} at ${at}: ${detail}`).join('')
    super(`${file} is published, and its shape can't change any more. Make it a new version.${list}`)
    this.file = file
    this.changes = changes
  }
}

/** What is written to docs/contracts, by path in there. */
export const contractFiles = (
  events: readonly PublishedEvent[] = publishedEvents(),
): ReadonlyMap<string, string> => {
  const common = commonSchemas()
  const schemas = [...common, ...events.map(({ type, contract }) => ofEvent(type, contract))]
  return new Map([
    ['README.md', readme(events, common)],
    ...schemas.map(([file, schema]) => [`v1/${file}`, textOf(schema)] as const),
  ])
}

const ofEvent = (type: string, contract: EventContract): readonly [string, JsonObject] => [
  fileOf(type, contract.version),
  eventSchema(type, contract),
]

const textOf = (schema: JsonObject): string => `${JSON.stringify(schema, undefined, 2)}\n`

/**
 * Holds the schemas among `files` against those that are published in `directory`.
 * @throws ChangedContractError for the first one whose shape has changed
 */
export const refuseChanges = async (files: ReadonlyMap<string, string>, directory: string): Promise<void> => {
  for (const [file, text] of files) {
    if (!file.endsWith('.json')) continue
    const published = await readIfThere(join(directory, file))
    if (published === undefined) continue
    const changes = changesBetween(JSON.parse(published) as Json, JSON.parse(text) as Json)
    if (changes.length > 0) throw new ChangedContractError(file, changes)
  }
}

const readIfThere = async (path: string): Promise<string | undefined> => {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}
