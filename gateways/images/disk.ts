import { randomUUID } from 'node:crypto'
import { mkdir, open, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { BlobStore } from '../../platform/blob-store.ts'
import { BlobStoreUnavailableError, checkedBlobName } from '../../platform/blob-store.ts'

/**
 * Files in a folder, which is made when it is needed. A file gets its name last, when its bytes are on the disk: one that is there is
 * whole. All instances need the same folder.
 */
export const diskBlobStore = (directory: string): BlobStore => ({
  put: async (name, { bytes }) => {
    const path = join(directory, checkedBlobName(name))
    const unfinished = `${path}.${randomUUID()}.unfinished`
    try {
      await mkdir(directory, { recursive: true, mode: 0o700 })
      const file = await open(unfinished, 'wx', 0o600)
      try {
        await file.writeFile(bytes)
        await file.sync()
      } finally {
        await file.close()
      }
      await rename(unfinished, path)
    } catch (error) {
      await rm(unfinished, { force: true }).catch(() => undefined)
      throw new BlobStoreUnavailableError(error)
    }
  },
  get: async (name) => {
    const path = join(directory, checkedBlobName(name))
    try {
      const file = await open(path)
      const { size } = await file.stat()
      return { size, content: file.createReadStream() }
    } catch (error) {
      if (isMissing(error)) return undefined
      throw new BlobStoreUnavailableError(error)
    }
  },
  delete: async (name) => {
    const path = join(directory, checkedBlobName(name))
    try {
      await rm(path, { force: true })
    } catch (error) {
      throw new BlobStoreUnavailableError(error)
    }
  },
})

const isMissing = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ENOENT'
