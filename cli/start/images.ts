import { join } from 'node:path'
import type { Logger } from 'pino'
import { diskBlobStore } from '../../gateways/images/disk.ts'
import type { BlobStore } from '../../platform/blob-store.ts'
import type { Config } from '../../platform/config.ts'
import type { Part } from './system.ts'

/** Where images of products are kept: in the bucket that is configured, else on disk. */
export const openImages = async (
  { images, dataDir, postgres }: Config,
  logger: Logger,
): Promise<Part & { readonly images: BlobStore }> => {
  if (images.kind === 's3') {
    const { s3BlobStore } = await import('../../gateways/images/s3.ts')
    const store = s3BlobStore(images)
    return {
      images: store,
      stop: () => {
        store.close()
        return Promise.resolve()
      },
    }
  }
  const directory = join(dataDir, 'images')
  if (postgres.kind === 'external') {
    logger.warn(
      { directory },
      'images of products are kept on this disk: all instances need it, and it has to be backed up; or set S3_BUCKET',
    )
  }
  return { images: diskBlobStore(directory), stop: () => Promise.resolve() }
}
