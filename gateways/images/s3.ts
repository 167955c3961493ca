import { Readable } from 'node:stream'
import type { S3ClientConfig } from '@aws-sdk/client-s3'
import {
  DeleteObjectCommand,
  GetObjectCommand,
  NoSuchKey,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3'
import type { BlobStore } from '../../platform/blob-store.ts'
import { BlobStoreUnavailableError, checkedBlobName } from '../../platform/blob-store.ts'

export interface S3Options {
  readonly bucket: string
  /** Of storage that is not Amazon's, for example MinIO; undefined: Amazon's own. */
  readonly endpoint?: string | undefined
  readonly region: string
  /** Default: wherever the SDK finds them: AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, a profile, the role of the machine. */
  readonly credentials?: S3ClientConfig['credentials']
  /** Of one attempt, in milliseconds. */
  readonly timeoutMs?: number
}

export interface S3BlobStore extends BlobStore {
  close(): void
}

const FOLDER = 'images/'

/** In a bucket of S3, or of storage that speaks it. Objects are found under `images/`. */
export const s3BlobStore = (options: S3Options): S3BlobStore => {
  const { bucket, endpoint, region, credentials, timeoutMs = 5_000 } = options
  const client = new S3Client({
    region,
    ...(credentials !== undefined && { credentials }),
    // buckets of storage of one's own have no host name each
    ...(endpoint !== undefined && { endpoint, forcePathStyle: true }),
    maxAttempts: 3,
    requestHandler: { connectionTimeout: 2_000, requestTimeout: timeoutMs, throwOnRequestTimeout: true },
    // others than Amazon don't know the checksums that the SDK would add
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
  })
  const at = (name: string): { readonly Bucket: string; readonly Key: string } => ({
    Bucket: bucket,
    Key: FOLDER + checkedBlobName(name),
  })
  return {
    put: async (name, { bytes, contentType }) => {
      const place = at(name)
      await orUnavailable(
        client.send(new PutObjectCommand({ ...place, Body: bytes, ContentType: contentType })),
      )
    },
    get: async (name) => {
      const place = at(name)
      const found = await orUnavailable(
        client.send(new GetObjectCommand(place)).catch((error: unknown) => {
          if (error instanceof NoSuchKey) return undefined
          throw error
        }),
      )
      if (found === undefined) return undefined
      const { Body: content, ContentLength: size } = found
      if (!(content instanceof Readable) || size === undefined)
        throw new BlobStoreUnavailableError(new TypeError(`The answer for ${name} holds no content`))
      return { size, content }
    },
    delete: async (name) => {
      await orUnavailable(client.send(new DeleteObjectCommand(at(name))))
    },
    close: () => {
      client.destroy()
    },
  }
}

const orUnavailable = async <Result>(work: Promise<Result>): Promise<Result> => {
  try {
    return await work
  } catch (error) {
    throw new BlobStoreUnavailableError(error)
  }
}
