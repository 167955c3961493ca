import type { Readable } from 'node:stream'

/** Files under names: on disk, or in storage that speaks S3. What is under a name never changes; it is there or not. */
export interface BlobStore {
  /**
   * Resolves once it is kept for good. The same name again has to come with the same bytes.
   * @throws BlobStoreUnavailableError
   */
  put(name: string, blob: Blob): Promise<void>
  /** undefined where there is none. @throws BlobStoreUnavailableError */
  get(name: string): Promise<StoredBlob | undefined>
  /** Where there is none nothing happens. @throws BlobStoreUnavailableError */
  delete(name: string): Promise<void>
}

export interface Blob {
  readonly bytes: Uint8Array
  readonly contentType: string
}

export interface StoredBlob {
  readonly size: number
  readonly content: Readable
}

/** Lower-case letters, digits and hyphens: the same on every file system and in every address, and never a way out of a folder. */
export const BLOB_NAME = /^[a-z0-9][a-z0-9-]{0,99}$/

/** The storage does not answer, or not as it should. */
export class BlobStoreUnavailableError extends Error {
  override readonly name = 'BlobStoreUnavailableError'

  constructor(cause: unknown) {
    super('The storage of files did not do what it was asked for', { cause })
  }
}

/** A name that no blob may have. It is the caller's mistake. */
export class BlobNameError extends Error {
  override readonly name = 'BlobNameError'

  constructor(name: string) {
    super(`${JSON.stringify(name)} can't be the name of a blob`)
  }
}

/** @throws BlobNameError */
export const checkedBlobName = (name: string): string => {
  if (BLOB_NAME.test(name)) return name
  throw new BlobNameError(name)
}
