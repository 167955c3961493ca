import { createHash } from 'node:crypto'
import type { Pool } from 'pg'
import type { BlobStore, StoredBlob } from '../../platform/blob-store.ts'
import { inTransaction } from '../../platform/transaction.ts'
import type { Database } from '../database.ts'
import { StaleVersionError } from './errors.ts'
import type { ImageFile, ImageType } from './image-file.ts'

// A file is written before the row that refers to it, and removed after it. So that neither a crash nor a refusal leaves files that
// nobody knows of, a name stands in `unused_images` before its file is written, and again when its row goes.

export interface ProductImage {
  /** ULID in lower case; also the name of the file. */
  readonly id: string
  readonly alt: string
  readonly contentType: ImageType
  readonly bytes: number
  readonly width: number
  readonly height: number
  /** SHA-256 in hex. */
  readonly digest: string
}

export interface NewImage {
  readonly id: string
  readonly alt: string
  readonly bytes: Uint8Array
  readonly file: ImageFile
}

export const MOST_IMAGES = 12

export class TooManyImagesError extends Error {
  override readonly name = 'TooManyImagesError'

  constructor(productId: string) {
    super(`The product ${productId} has ${MOST_IMAGES} images, which is the limit`)
  }
}

interface ImageRow {
  readonly id: string
  readonly product_id: string
  readonly alt: string
  readonly content_type: ImageType
  readonly bytes: number
  readonly width: number
  readonly height: number
  readonly digest: string
}

const COLUMNS = 'id, product_id, alt, content_type, bytes, width, height, digest'

const toImage = ({ id, alt, content_type, bytes, width, height, digest }: ImageRow): ProductImage => ({
  ...{ id, alt, contentType: content_type, bytes, width, height, digest },
})

/** Images of products in their order, by product. */
export const imagesOf = async (
  db: Database,
  productIds: readonly string[],
): Promise<ReadonlyMap<string, readonly ProductImage[]>> => {
  const { rows } = await db.query<ImageRow>(
    `select ${COLUMNS} from shop.product_images where product_id = any($1) order by product_id, position, id`,
    [productIds],
  )
  const images = new Map<string, ProductImage[]>()
  for (const row of rows) images.set(row.product_id, [...(images.get(row.product_id) ?? []), toImage(row)])
  return images
}

/**
 * Adds an image behind the others of a product. One with this id is left as it is. The product's new version; undefined where there is
 * no such product.
 * @throws TooManyImagesError @throws BlobStoreUnavailableError
 */
export const addImage = async (
  { pool, files }: { readonly pool: Pool; readonly files: BlobStore },
  productId: string,
  { id, alt, bytes, file }: NewImage,
  at: Date,
): Promise<number | undefined> => {
  const known = await pool.query('select from shop.products where id = $1', [productId])
  if (known.rowCount === 0) return undefined
  await pool.query('insert into shop.unused_images (name, since) values ($1, now()) on conflict do nothing', [
    id,
  ])
  await files.put(id, { bytes, contentType: file.contentType })
  return changingImages(pool, productId, undefined, at, async (db, images) => {
    const kept = await db.query('delete from shop.unused_images where name = $1', [id])
    if (images.some((image) => image.id === id)) return 'unchanged'
    if (images.length >= MOST_IMAGES) throw new TooManyImagesError(productId)
    if (kept.rowCount === 0)
      throw new Error(`The upload of the image ${id} took too long: its file was removed`)
    await db.query(
      `insert into shop.product_images
         (id, product_id, position, alt, content_type, bytes, width, height, digest, created_at)
       select $1, $2, coalesce(max(position) + 1, 0), $3, $4, $5, $6, $7, $8, $9
       from shop.product_images where product_id = $2`,
      [
        ...[id, productId, alt, file.contentType, bytes.length, file.width, file.height],
        ...[createHash('sha256').update(bytes).digest('hex'), at],
      ],
    )
    return 'done'
  })
}

export interface ImageChange {
  readonly alt?: string | undefined
  /** Among the images of its product, from 0. */
  readonly position?: number | undefined
}

/**
 * Changes what is said of an image, or its place. The product's new version; undefined where there is no such product or image.
 * @throws StaleVersionError where the product is not at the expected version
 */
export const changeImage = (
  pool: Pool,
  { productId, imageId }: { readonly productId: string; readonly imageId: string },
  { alt, position }: ImageChange,
  { expectedVersion, at }: { readonly expectedVersion: number; readonly at: Date },
): Promise<number | undefined> =>
  changingImages(pool, productId, expectedVersion, at, async (db, images) => {
    const image = images.find(({ id }) => id === imageId)
    if (image === undefined) return 'missing'
    if (alt !== undefined)
      await db.query('update shop.product_images set alt = $2 where id = $1', [imageId, alt])
    if (position === undefined) return 'done'
    const order = images.filter((other) => other !== image)
    order.splice(position, 0, image)
    await db.query(
      `update shop.product_images as i set position = o.place - 1
       from unnest($1::text[]) with ordinality as o (id, place) where o.id = i.id`,
      [order.map(({ id }) => id)],
    )
    return 'done'
  })

/** As changeImage. */
export const removeImage = (
  pool: Pool,
  { productId, imageId }: { readonly productId: string; readonly imageId: string },
  { expectedVersion, at }: { readonly expectedVersion: number; readonly at: Date },
): Promise<number | undefined> =>
  changingImages(pool, productId, expectedVersion, at, async (db, images) => {
    if (!images.some(({ id }) => id === imageId)) return 'missing'
    await db.query('delete from shop.product_images where id = $1', [imageId])
    return 'done'
  })

/** An image and its file; undefined where there is none. @throws BlobStoreUnavailableError */
export const openImage = async (
  { pool, files }: { readonly pool: Pool; readonly files: BlobStore },
  id: string,
): Promise<{ readonly image: ProductImage; readonly file: StoredBlob } | undefined> => {
  const image = await findImage(pool, id)
  const file = image && (await files.get(id))
  return image === undefined || file === undefined ? undefined : { image, file }
}

export const findImage = async (db: Database, id: string): Promise<ProductImage | undefined> => {
  const { rows } = await db.query<ImageRow>(`select ${COLUMNS} from shop.product_images where id = $1`, [id])
  return rows[0] && toImage(rows[0])
}

/** How long a file may be there before its row, in milliseconds: far longer than any upload. */
const UPLOAD_MS = 3_600_000

/** Removes files that no row refers to, at most `limit`. Returns how many. @throws BlobStoreUnavailableError */
export const sweepImages = async (
  pool: Pool,
  files: BlobStore,
  { limit = 100, olderThanMs = UPLOAD_MS }: { readonly limit?: number; readonly olderThanMs?: number } = {},
): Promise<number> =>
  inTransaction(pool, async (db) => {
    const { rows } = await db.query<{ name: string }>(
      `delete from shop.unused_images where name in (
         select name from shop.unused_images where since <= now() - $1 * interval '1 ms'
         order by since limit $2 for update skip locked
       ) returning name`,
      [olderThanMs, limit],
    )
    for (const { name } of rows) await files.delete(name)
    return rows.length
  })

/** One change of a product's images at a time; it makes a new version of the product. */
const changingImages = (
  pool: Pool,
  productId: string,
  expectedVersion: number | undefined,
  at: Date,
  work: (db: Database, images: readonly ProductImage[]) => Promise<'done' | 'unchanged' | 'missing'>,
): Promise<number | undefined> =>
  inTransaction(pool, async (db) => {
    const { rows } = await db.query<{ version: number }>(
      'select version from shop.products where id = $1 for update',
      [productId],
    )
    const version = rows[0]?.version
    if (version === undefined) return undefined
    if (expectedVersion !== undefined && version !== expectedVersion)
      throw new StaleVersionError(`The product ${productId}`, version)
    const images = (await imagesOf(db, [productId])).get(productId) ?? []
    const outcome = await work(db, images)
    if (outcome === 'missing') return undefined
    if (outcome === 'unchanged') return version
    await db.query('update shop.products set version = version + 1, updated_at = $2 where id = $1', [
      productId,
      at,
    ])
    return version + 1
  })
