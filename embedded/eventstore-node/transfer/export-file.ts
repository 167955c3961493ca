import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import { TransferError } from './errors.ts'
import { parseLine, type ExportedGroup, type ExportHeader, type ExportLine } from './lines.ts'
import { createPlan } from './plan.ts'

export interface NumberedLine {
  readonly line: ExportLine
  /** From 1. */
  readonly number: number
}

/**
 * The lines of an export.
 * @throws TransferError where one is none
 */
export async function* readExport(file: string): AsyncGenerator<NumberedLine> {
  const input = createReadStream(file)
  try {
    let number = 0
    for await (const text of createInterface({ input, crlfDelay: Infinity })) {
      number++
      yield { line: parseLine(text, number), number }
    }
  } finally {
    input.destroy()
  }
}

/** What an export holds, found by reading it once to its end. */
export interface ExportContents {
  readonly header: ExportHeader
  readonly events: number
  readonly lines: number
  readonly groups: readonly ExportedGroup[]
  /** Streams that end with a tombstone. */
  readonly tombstones: ReadonlySet<string>
  readonly streams: ReadonlySet<string>
  /** For the groups of `$all` that have a place: the first event at or behind that place, undefined where none is. */
  readonly firstEvents: ReadonlyMap<ExportedGroup, { stream: string; revision: number } | undefined>
}

/** @throws TransferError where it is not a whole export */
export async function scanExport(file: string): Promise<ExportContents> {
  const groups: ExportedGroup[] = []
  const tombstones = new Set<string>()
  const streams = new Set<string>()
  let header: ExportHeader | undefined
  let events = 0
  let lines = 0
  let ended = false
  for await (const { line, number } of readExport(file)) {
    lines = number
    if (ended) throw new TransferError(`${file} goes on behind its end, on line ${number}.`)
    if ((number === 1) !== (line.kind === 'header'))
      throw new TransferError(`${file} is no export: the first line, and only that, says what it is.`)
    if (line.kind === 'header') header = line.header
    else if (line.kind === 'group') groups.push(line.group)
    else if (line.kind === 'end') {
      ended = true
      if (line.events !== events || line.groups !== groups.length)
        throw new TransferError(
          `${file} lacks lines: its end counts ${line.events} events, ${events} are there.`,
        )
    } else {
      events++
      if (line.kind === 'tombstone') tombstones.add(line.stream)
      streams.add(line.kind === 'tombstone' ? line.stream : line.event.stream)
    }
  }
  if (header === undefined || !ended)
    throw new TransferError(`${file} is not whole: it ends on line ${lines}, without the line that says so.`)
  const firstEvents = await findFirstEvents(file, groups)
  return { header, events, lines, groups, tombstones, streams, firstEvents }
}

/** Position from which a group of `$all` goes on, undefined where it begins at either end. */
export function placeOf({ source, checkpoint, startFrom }: ExportedGroup): bigint | undefined {
  if (source !== '$all') return undefined
  if (checkpoint !== undefined) return BigInt(checkpoint) + 1n
  return startFrom === 'start' || startFrom === 'end' ? undefined : BigInt(startFrom)
}

async function findFirstEvents(
  file: string,
  groups: readonly ExportedGroup[],
): Promise<ExportContents['firstEvents']> {
  const found = new Map<ExportedGroup, { stream: string; revision: number } | undefined>()
  const wanted = groups.flatMap((group) => {
    const place = placeOf(group)
    return place === undefined ? [] : [{ group, place }]
  })
  for (const { group } of wanted) found.set(group, undefined)
  if (wanted.length === 0) return found
  const plan = createPlan()
  for await (const { line, number } of readExport(file)) {
    const step = plan.next(line, number)
    if (step?.kind !== 'event') continue
    for (const { group, place } of wanted) {
      if (found.get(group) === undefined && step.position >= place)
        found.set(group, { stream: step.event.stream, revision: step.event.revision })
    }
  }
  return found
}
