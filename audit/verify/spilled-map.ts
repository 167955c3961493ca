import { randomUUID } from 'node:crypto'
import { closeSync, openSync, readSync, unlinkSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A map of which only what was used last is in memory, the rest in a file: of each of those, its key and a place. */
export interface SpilledMap<Value> {
  /** A value that is changed in place has to be set again. */
  readonly get: (key: string) => Value | undefined
  readonly set: (key: string, value: Value) => void
  readonly size: () => number
  /** All of them, in no firm order; each one is taken as it is when its turn comes. */
  readonly entries: () => Iterable<readonly [key: string, value: Value]>
}

/** How values are written down. */
export interface Codec<Value> {
  readonly encode: (value: Value) => string
  readonly decode: (text: string) => Value
}

interface Held<Value> {
  readonly value: Value
  /** Where the same is in the file already; undefined where it has changed since, or never was there. */
  readonly place: number | undefined
}

/** @param hot how many are held in memory: orders under way at once, and then some */
export const createSpilledMap = <Value>(
  file: SpillFile,
  { encode, decode }: Codec<Value>,
  hot = 2_000,
): SpilledMap<Value> => {
  // a Map keeps the order in which its keys were added: the first is the one that was used longest ago
  const recent = new Map<string, Held<Value>>()
  const places = new Map<string, number>()

  const hold = (key: string, held: Held<Value>): void => {
    recent.delete(key)
    recent.set(key, held)
    if (recent.size <= hot) return
    const [oldest] = recent
    if (oldest === undefined) return
    const [evicted, { value, place }] = oldest
    recent.delete(evicted)
    places.set(evicted, place ?? file.append(encode(value)))
  }

  return {
    get: (key) => {
      const held = recent.get(key)
      if (held !== undefined) return held.value
      const place = places.get(key)
      if (place === undefined) return undefined
      places.delete(key)
      const value = decode(file.read(place))
      hold(key, { value, place })
      return value
    },
    set: (key, value) => {
      places.delete(key)
      hold(key, { value, place: undefined })
    },
    size: () => recent.size + places.size,
    *entries() {
      // copies of the keys only: whoever looks at others meanwhile moves them between the two
      for (const key of [...recent.keys(), ...places.keys()]) {
        const held = recent.get(key)
        if (held !== undefined) yield [key, held.value]
        else {
          const place = places.get(key)
          if (place !== undefined) yield [key, decode(file.read(place))]
        }
      }
    },
  }
}

/** Texts in a file, which is only added to. */
export interface SpillFile {
  /** @returns where it can be read. @throws Error of the system where the disk is full */
  readonly append: (text: string) => number
  readonly read: (place: number) => string
  /** It is gone after that. */
  readonly close: () => void
}

const LENGTH_BYTES = 4
/** What is added waits for a write of this size. */
const BUFFER_BYTES = 1 << 20
/** Read in one go where that is enough: the length and a text of usual size. */
const READ_BYTES = 4_096

/**
 * A file that only this process can read and that nobody finds: it is made with the first text, and its name is taken away at once,
 * so that the system removes it however the process ends. What is spilled is in clear, as it is in memory.
 */
export const createSpillFile = (folder = tmpdir()): SpillFile => {
  let file: number | undefined
  /** Bytes that are in the file; what follows stands in `waiting`. */
  let written = 0
  const waiting = Buffer.allocUnsafe(BUFFER_BYTES)
  let filled = 0

  const open = (): number => {
    const path = join(folder, `orderstream-audit-${randomUUID()}`)
    const opened = openSync(path, 'wx+', 0o600)
    unlinkSync(path)
    return opened
  }

  const write = (bytes: Buffer): void => {
    file ??= open()
    for (let at = 0; at < bytes.length;) at += writeSync(file, bytes, at, bytes.length - at, written + at)
    written += bytes.length
  }

  const flush = (): void => {
    write(waiting.subarray(0, filled))
    filled = 0
  }

  const bytesAt = (place: number, length: number): Buffer => {
    if (place >= written) return waiting.subarray(place - written, place - written + length)
    const bytes = Buffer.allocUnsafe(length)
    // only what is written was given a place
    const read = file === undefined ? 0 : readSync(file, bytes, 0, length, place)
    return bytes.subarray(0, read)
  }

  return {
    append: (text) => {
      const length = Buffer.byteLength(text)
      const place = written + filled
      if (filled + LENGTH_BYTES + length > BUFFER_BYTES) flush()
      if (LENGTH_BYTES + length > BUFFER_BYTES) {
        const record = Buffer.allocUnsafe(LENGTH_BYTES + length)
        record.writeUInt32LE(length)
        record.write(text, LENGTH_BYTES)
        write(record)
        return place
      }
      waiting.writeUInt32LE(length, filled)
      filled += LENGTH_BYTES + waiting.write(text, filled + LENGTH_BYTES)
      return place
    },
    read: (place) => {
      const start = bytesAt(place, READ_BYTES)
      const length = start.readUInt32LE()
      const end = LENGTH_BYTES + length
      return (end <= start.length ? start : bytesAt(place, end)).toString('utf8', LENGTH_BYTES, end)
    },
    close: () => {
      if (file !== undefined) closeSync(file)
      file = undefined
    },
  }
}
