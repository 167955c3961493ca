import type { EventStoreDBClient } from '@eventstore/db-client'
import { readExport, type ExportContents } from './export-file.ts'
import { isTombstone } from './lines.ts'
import { createPlan, type PlannedEvent } from './plan.ts'
import { rawCalls } from './raw-calls.ts'
import type { StoredEvent } from './stored-event.ts'

/** One event that is not as the export has it. */
export interface Difference {
  /** `revision@stream` there. */
  readonly event: string
  readonly what: string
}

export interface Comparison {
  readonly compared: number
  readonly differences: number
  /** The first ones. */
  readonly listed: readonly Difference[]
}

interface Expected {
  readonly key: string
  /** Undefined for a tombstone. */
  readonly event: PlannedEvent | undefined
}

const LISTED = 20
/** How far an event is looked for that is not the next one. */
const AHEAD = 512

/**
 * Reads `$all` of an event store and holds it against an export: each event of the export has to be there, once, in the same
 * order and with the same content, and nothing else in the same streams. Other streams may be there.
 */
export async function compareWithExport(
  client: EventStoreDBClient,
  file: string,
  contents: ExportContents,
  progress: (compared: number) => void = () => undefined,
): Promise<Comparison> {
  const listed: Difference[] = []
  let differences = 0
  let compared = 0
  const differs = (event: string, what: string): void => {
    differences++
    if (listed.length < LISTED) listed.push({ event, what })
  }
  const ahead: Expected[] = []
  const expected = expectedEvents(file)
  const fill = async (): Promise<void> => {
    while (ahead.length < AHEAD) {
      const next = await expected.next()
      if (next.done === true) return
      ahead.push(next.value)
    }
  }

  for await (const found of rawCalls(client).readAll('start')) {
    if (!contents.streams.has(found.stream)) continue
    await fill()
    const key = keyOf(found)
    const at = ahead.findIndex((each) => each.key === key)
    if (at < 0) {
      differs(key, 'is not in the export, or stands in another order')
      continue
    }
    for (const missing of ahead.splice(0, at)) differs(missing.key, 'is missing, or stands in another order')
    const [match] = ahead.splice(0, 1)
    if (match?.event !== undefined)
      for (const what of contentDifferences(match.event, found)) differs(key, what)
    if (++compared % 1000 === 0) progress(compared)
  }
  await fill()
  while (ahead.length > 0) {
    for (const missing of ahead.splice(0)) differs(missing.key, 'is missing, or stands in another order')
    await fill()
  }
  return { compared, differences, listed }
}

async function* expectedEvents(file: string): AsyncGenerator<Expected> {
  const plan = createPlan()
  for await (const { line, number } of readExport(file)) {
    const step = plan.next(line, number)
    if (step?.kind === 'tombstone') yield { key: `tombstone@${step.stream}`, event: undefined }
    else if (step !== undefined)
      yield { key: `${step.event.revision}@${step.event.stream}`, event: step.event }
  }
}

const keyOf = (event: StoredEvent): string =>
  isTombstone(event) ? `tombstone@${event.stream}` : `${String(event.revision)}@${event.stream}`

function contentDifferences(expected: PlannedEvent, found: StoredEvent): string[] {
  const differences: string[] = []
  const compare = (what: string, same: boolean): void => {
    if (!same) differences.push(`has another ${what}`)
  }
  compare('type', expected.type === found.type)
  compare('content type', expected.json === found.json)
  // what the server writes itself has an id of its own, and JSON of its own making
  if (expected.automatic) {
    compare('data', sameJson(expected.data, found.data))
    return differences
  }
  compare('id', expected.id.toLowerCase() === found.id.toLowerCase())
  compare('data', found.data.equals(expected.data))
  compare('metadata', found.metadata.equals(expected.metadata))
  return differences
}

function sameJson(a: Uint8Array, b: Uint8Array): boolean {
  const sorted = (bytes: Uint8Array): string =>
    JSON.stringify(JSON.parse(Buffer.from(bytes).toString('utf8')), (_, value: unknown) =>
      typeof value === 'object' && value !== null && !Array.isArray(value)
        ? Object.fromEntries(Object.entries(value).sort(([x], [y]) => (x < y ? -1 : 1)))
        : value,
    )
  return sorted(a) === sorted(b)
}
