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
  /** Position read when it was opened; 0 where there was none, undefined where it is not what was once written. */
  readonly initial: number | undefined
  set(position: number): void
  close(): void
}

const LENGTH = 16

export const markerFile = (directory: string): string => path.join(directory, 'synced')

/** Position that the marker of a directory says, without opening it for good: see `SyncedMarker.initial`. */
export function readSyncedMarker(directory: string): number | undefined {
  const file = markerFile(directory)
  return fs.existsSync(file) ? decode(fs.readFileSync(file)) : 0
}

export function encodeSyncedMarker(position: number): Buffer {
  const buffer = Buffer.alloc(LENGTH)
  buffer.writeDoubleLE(position, 0)
  buffer.writeUInt32LE(crc32(buffer.subarray(0, 8)), 8)
  return buffer
}

function decode(bytes: Buffer): number | undefined {
  // a file system that lost power may give an empty file, or one of zeros, where nothing was synced
  if (bytes.every((byte) => byte === 0)) return 0
  const valid = bytes.length === LENGTH && bytes.readUInt32LE(8) === crc32(bytes.subarray(0, 8))
  return valid ? bytes.readDoubleLE(0) : undefined
}

export function openSyncedMarker(directory: string): SyncedMarker {
  const initial = readSyncedMarker(directory)
  const flags = fs.constants.O_RDWR | fs.constants.O_CREAT
  const descriptor = fs.openSync(markerFile(directory), flags, 0o600)

  return {
    initial,
    set(position) {
      fs.writeSync(descriptor, encodeSyncedMarker(position), 0, LENGTH, 0)
    },
    close() {
      fs.closeSync(descriptor)
    },
  }
}
