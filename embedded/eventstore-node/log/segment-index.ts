import fs from 'node:fs'
import { crc32 } from 'node:zlib'
import type { IndexEntry, LogIndex } from './log-index.ts'
import { fingerprintOf } from './holes.ts'
import { TOMBSTONE_REVISION } from './record.ts'
import type { Segment } from './segment-files.ts'

/**
 * The index of a segment that takes no more appends, beside it as `<segment>.index`, so that opening a large log need not
 * read it all. It is a copy of what the segment says: where it is missing or harmed, the segment is read instead.
 *
 * Header: magic, base f64, length of the segment f64, events u32, bytes of names u32, what was scavenged (its CRC-32, else 0)
 * u32, CRC-32 of all that follows u32. Then the streams, each with the revision of its first event here (u32) and its name
 * (u16 length, bytes): a stream's revisions follow on each other. For each event its stream's number in that list, its offset in the
 * segment and its id's hash (u32 each, one column after the other), and a column of bytes: 1 for a tombstone.
 */
const MAGIC = Buffer.from('ESNIDX\x00\x02', 'latin1')
const HEADER = 8 + 8 + 8 + 4 + 4 + 4 + 4
const CHECKED = HEADER - 4
/** Bytes of a stream before its name. */
const STREAM_HEAD = 4 + 2

export const indexFile = (segment: Pick<Segment, 'file'>): string => `${segment.file}.index`

/** Columns of the entries of one segment, as they come. */
export interface EntryColumns {
  streams: Uint32Array
  offsets: Uint32Array
  revisions: Uint32Array
  hashes: Uint32Array
  tombstones: Uint8Array
  count: number
}

export function createEntryColumns(): EntryColumns {
  const capacity = 1024
  return {
    streams: new Uint32Array(capacity),
    offsets: new Uint32Array(capacity),
    revisions: new Uint32Array(capacity),
    hashes: new Uint32Array(capacity),
    tombstones: new Uint8Array(capacity),
    count: 0,
  }
}

export function addToColumns(columns: EntryColumns, entry: IndexEntry, base: number): void {
  if (columns.count === columns.streams.length) {
    const capacity = columns.count * 2
    const wider = (from: Uint32Array): Uint32Array => {
      const to = new Uint32Array(capacity)
      to.set(from)
      return to
    }
    columns.streams = wider(columns.streams)
    columns.offsets = wider(columns.offsets)
    columns.revisions = wider(columns.revisions)
    columns.hashes = wider(columns.hashes)
    const tombstones = new Uint8Array(capacity)
    tombstones.set(columns.tombstones)
    columns.tombstones = tombstones
  }
  const at = columns.count++
  columns.streams[at] = entry.stream
  columns.offsets[at] = entry.position - base
  columns.revisions[at] = entry.tombstone ? 0 : entry.revision
  columns.hashes[at] = entry.idHash
  columns.tombstones[at] = entry.tombstone ? 1 : 0
}

const asBytes = (column: Uint32Array | Uint8Array): Buffer =>
  Buffer.from(column.buffer, column.byteOffset, column.byteLength)

/** Writes the index of a segment. Its loss is no harm, so that it is not synced. */
export function writeSegmentIndex(
  segment: Segment,
  columns: EntryColumns,
  nameOf: (stream: number) => string,
): void {
  const file = indexFile(segment)
  fs.writeFileSync(`${file}.new`, encodeSegmentIndex(segment, columns, nameOf), { mode: 0o600 })
  fs.renameSync(`${file}.new`, file)
}

/** What the index file of a segment says: the same bytes whenever it is made. */
export function encodeSegmentIndex(
  segment: Pick<Segment, 'base' | 'length' | 'holes'>,
  columns: EntryColumns,
  nameOf: (stream: number) => string,
): Buffer {
  const { count } = columns
  const local = new Map<number, number>()
  const names: Buffer[] = []
  const streams = new Uint32Array(count)
  for (let at = 0; at < count; at++) {
    const stream = columns.streams[at] ?? 0
    let number = local.get(stream)
    if (number === undefined) {
      number = local.size
      local.set(stream, number)
      const name = Buffer.from(nameOf(stream))
      const head = Buffer.alloc(STREAM_HEAD)
      head.writeUInt32LE(columns.revisions[at] ?? 0)
      head.writeUInt16LE(name.length, 4)
      names.push(head, name)
    }
    streams[at] = number
  }
  const nameBytes = Buffer.concat(names)
  const body = Buffer.concat([
    nameBytes,
    asBytes(streams),
    asBytes(columns.offsets.subarray(0, count)),
    asBytes(columns.hashes.subarray(0, count)),
    asBytes(columns.tombstones.subarray(0, count)),
  ])
  const header = Buffer.alloc(HEADER)
  header.set(MAGIC)
  header.writeDoubleLE(segment.base, 8)
  header.writeDoubleLE(segment.length, 16)
  header.writeUInt32LE(count, 24)
  header.writeUInt32LE(nameBytes.length, 28)
  header.writeUInt32LE(fingerprintOf(segment), 32)
  header.writeUInt32LE(crc32(body, crc32(header.subarray(0, CHECKED))), CHECKED)
  return Buffer.concat([header, body])
}

/** Calls `visit` for each event of the segment, from its index file. False where there is none that fits the segment. */
export function readSegmentIndex(
  segment: Segment,
  index: LogIndex,
  visit: (entry: IndexEntry) => void,
): boolean {
  const file = indexFile(segment)
  if (!fs.existsSync(file)) return false
  const bytes = fs.readFileSync(file)
  if (bytes.length < HEADER || !bytes.subarray(0, 8).equals(MAGIC)) return false
  if (bytes.readDoubleLE(8) !== segment.base || bytes.readDoubleLE(16) !== segment.length) return false
  if (bytes.readUInt32LE(32) !== fingerprintOf(segment)) return false
  const body = bytes.subarray(HEADER)
  if (bytes.readUInt32LE(CHECKED) !== crc32(body, crc32(bytes.subarray(0, CHECKED)))) return false

  const count = bytes.readUInt32LE(24)
  const nameBytes = bytes.readUInt32LE(28)
  const streams: number[] = []
  const revisions: number[] = []
  for (let at = 0; at < nameBytes;) {
    const end = at + STREAM_HEAD + body.readUInt16LE(at + 4)
    streams.push(index.streams.findOrAddBytes(body, at + STREAM_HEAD, end))
    revisions.push(body.readUInt32LE(at))
    at = end
  }
  const columns = body.subarray(nameBytes)
  for (let at = 0; at < count; at++) {
    const local = columns.readUInt32LE(at * 4)
    const tombstone = columns[12 * count + at] === 1
    const revision = revisions[local] ?? 0
    if (!tombstone) revisions[local] = revision + 1
    visit({
      stream: streams[local] ?? 0,
      position: segment.base + columns.readUInt32LE((count + at) * 4),
      revision: tombstone ? TOMBSTONE_REVISION : revision,
      idHash: columns.readUInt32LE((2 * count + at) * 4),
      tombstone,
    })
  }
  return true
}
