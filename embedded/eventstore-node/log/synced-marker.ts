import fs from 'node:fs'
import path from 'node:path'
import { crc32 } from 'node:zlib'

/**
 * A small file that says up to which position the log is on disk. It is written after each sync and before the appends are
 * acknowledged, and not synced itself: when the process is killed it is exact, when the machine loses power it may lag
 * behind, but it never claims too much. What it covers was acknowledged, so that a record that is broken below it is damage
 * and one beyond it is an append that never came to its end.
 */
export interface SyncedMarker {
  /** Position read when it was opened, 0 where there was none that could be read. */
  readonly initial: number
  set(position: number): void
  close(): void
}

const LENGTH = 16

export function openSyncedMarker(directory: string): SyncedMarker {
  const file = path.join(directory, 'synced')
  const descriptor = fs.openSync(file, fs.constants.O_RDWR | fs.constants.O_CREAT, 0o600)
  const buffer = Buffer.alloc(LENGTH)
  const read = fs.readSync(descriptor, buffer, 0, LENGTH, 0)
  const valid = read === LENGTH && buffer.readUInt32LE(8) === crc32(buffer.subarray(0, 8))
  const initial = valid ? buffer.readDoubleLE(0) : 0

  return {
    initial,
    set(position) {
      buffer.writeDoubleLE(position, 0)
      buffer.writeUInt32LE(crc32(buffer.subarray(0, 8)), 8)
      fs.writeSync(descriptor, buffer, 0, LENGTH, 0)
    },
    close() {
      fs.closeSync(descriptor)
    },
  }
}
