import { randomUUID } from 'node:crypto'
import { closeSync, openSync, readSync, unlinkSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** The disk for temporary files does not take any more, or gives nothing back. */
export class ScratchFileError extends Error {
  override readonly name = 'ScratchFileError'
  constructor(folder: string, cause: unknown) {
    const why = cause instanceof Error ? cause.message : String(cause)
    super(
      `The temporary file in ${folder} can not be used (${why}). TMPDIR names another folder, on a disk with more room.`,
      { cause },
    )
  }
}

/** Room on disk for what an audit does not hold in memory. Nothing is written before it is needed. */
export interface ScratchFile {
  /** Where `size` bytes may be written that are nobody else's. */
  readonly allocate: (size: number) => number
  /** @throws ScratchFileError */
  readonly write: (bytes: Uint8Array, at: number) => void
  /** As much of `into` as has been written there; the rest is left as it is. @throws ScratchFileError */
  readonly read: (into: Uint8Array, at: number) => void
  /** Gives the room back. */
  readonly close: () => void
}

/**
 * A file that has no name any more once it is open: the system gives its room back when the process ends, however it ends. Reads and
 * writes are synchronous; they come from and go to the system's own cache, which takes some microseconds.
 */
export const createScratchFile = (folder = tmpdir()): ScratchFile => {
  let opened: number | undefined
  let size = 0

  const handle = (): number => {
    if (opened !== undefined) return opened
    const path = join(folder, `orderstream-audit-${randomUUID()}`)
    opened = openSync(path, 'wx+', 0o600)
    unlinkSync(path)
    return opened
  }
  const attempt = <Result>(work: () => Result): Result => {
    try {
      return work()
    } catch (error) {
      throw new ScratchFileError(folder, error)
    }
  }

  return {
    allocate: (wanted) => {
      const at = size
      size += wanted
      return at
    },
    write: (bytes, at) => {
      attempt(() => {
        for (let done = 0; done < bytes.length;) {
          done += writeSync(handle(), bytes, done, bytes.length - done, at + done)
        }
      })
    },
    read: (into, at) => {
      attempt(() => {
        for (let done = 0; done < into.length;) {
          const count = readSync(handle(), into, done, into.length - done, at + done)
          if (count === 0) return
          done += count
        }
      })
    },
    close: () => {
      if (opened !== undefined) closeSync(opened)
      opened = undefined
    },
  }
}
