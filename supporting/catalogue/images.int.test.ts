import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { expect } from 'chai'
import { diskBlobStore } from '../../gateways/images/disk.ts'
import type { BlobStore } from '../../platform/blob-store.ts'
import { png } from '../../platform/png.ts'
import type { ShopDatabase } from '../testing/shop-database.ts'
import { createShopDatabase } from '../testing/shop-database.ts'
import { createCategory } from './categories.ts'
import { StaleVersionError } from './errors.ts'
import { inspectImage } from './image-file.ts'
import {
  addImage,
  changeImage,
  imagesOf,
  MOST_IMAGES,
  openImage,
  removeImage,
  sweepImages,
  TooManyImagesError,
} from './images.ts'
import { createProduct, deleteProduct } from './products.ts'

const rejectionOf = (attempt: Promise<unknown>): Promise<unknown> =>
  attempt.catch((reason: unknown) => reason)

describe('images of products', () => {
  let shop: ShopDatabase
  let directory: string
  let files: BlobStore
  const at = new Date('2025-11-21T09:00:00.000Z')
  const bytes = png(2, 2, () => [1, 2, 3])

  beforeEach(async () => {
    shop = await createShopDatabase()
    directory = await mkdtemp(join(tmpdir(), 'orderstream-images-'))
    files = diskBlobStore(directory)
    await createCategory(shop.pool, { id: 'c', name: 'C', parentId: null }, at)
    await createProduct(
      shop.pool,
      {
        ...{ id: 'p', sku: 'P', name: 'P', description: '', categoryId: 'c', active: true },
        price: { amount: 1, currency: 'EUR' },
      },
      at,
    )
  })
  afterEach(async () => {
    await shop.stop()
    await rm(directory, { recursive: true, force: true })
  })

  const add = (id: string, into: BlobStore = files): Promise<number | undefined> =>
    addImage(
      { pool: shop.pool, files: into },
      'p',
      { id, alt: `Image ${id}`, bytes, file: inspectImage(bytes) },
      at,
    )
  const ids = async (): Promise<string[]> =>
    ((await imagesOf(shop.pool, ['p'])).get('p') ?? []).map(({ id }) => id)

  it('are kept with their bytes, in their order, each a new version of the product', async () => {
    expect(await add('one')).to.equal(2)
    expect(await add('two')).to.equal(3)
    expect(await ids()).to.deep.equal(['one', 'two'])
    const opened = await openImage({ pool: shop.pool, files }, 'one')
    expect(opened?.image).to.include({
      alt: 'Image one',
      contentType: 'image/png',
      width: 2,
      bytes: bytes.length,
    })
    expect(opened && (await buffer(opened.file.content)).equals(bytes)).to.be.true
    expect(await openImage({ pool: shop.pool, files }, 'never')).to.equal(undefined)
  })

  it('that come again are one', async () => {
    await add('one')
    await add('one')
    expect(await ids()).to.deep.equal(['one'])
    expect(await sweepImages(shop.pool, files, { olderThanMs: -1_000 })).to.equal(0)
    expect(await readdir(directory)).to.deep.equal(['one'])
  })

  it('stand behind the others, whichever were removed before', async () => {
    for (const id of ['one', 'two', 'z-three']) await add(id)
    for (const [index, id] of ['one', 'two'].entries()) {
      await removeImage(shop.pool, { productId: 'p', imageId: id }, { expectedVersion: 4 + index, at })
    }
    await add('four')
    expect(await ids()).to.deep.equal(['z-three', 'four'])
  })

  it('are described and moved', async () => {
    for (const id of ['one', 'two', 'three']) await add(id)
    const change = { alt: 'First', position: 0 }
    const version = await changeImage(shop.pool, { productId: 'p', imageId: 'three' }, change, {
      expectedVersion: 4,
      at,
    })

    expect(version).to.equal(5)
    expect(await ids()).to.deep.equal(['three', 'one', 'two'])
    const stale = changeImage(shop.pool, { productId: 'p', imageId: 'one' }, change, {
      expectedVersion: 4,
      at,
    })
    expect(await rejectionOf(stale)).to.be.instanceOf(StaleVersionError)
    const unknown = { productId: 'p', imageId: 'never' }
    expect(await changeImage(shop.pool, unknown, change, { expectedVersion: 5, at })).to.equal(undefined)
    const nowhere = { productId: 'never', imageId: 'one' }
    expect(await changeImage(shop.pool, nowhere, change, { expectedVersion: 5, at })).to.equal(undefined)
  })

  it('are so many at most, however many come at once', async () => {
    const added = await Promise.all(
      Array.from({ length: MOST_IMAGES + 3 }, (_, index) => rejectionOf(add(`i${index}`))),
    )
    expect(added.filter((each) => each instanceof TooManyImagesError)).to.have.length(3)
    expect(await ids()).to.have.length(MOST_IMAGES)
  })

  it('leave no file behind when they or their product go', async () => {
    await add('one')
    await add('two')
    const image = { productId: 'p', imageId: 'one' }
    expect(await removeImage(shop.pool, image, { expectedVersion: 3, at })).to.equal(4)
    expect(await removeImage(shop.pool, image, { expectedVersion: 4, at })).to.equal(undefined)
    expect(await sweepImages(shop.pool, files), 'not at once').to.equal(0)
    expect(await sweepImages(shop.pool, files, { olderThanMs: -1_000 })).to.equal(1)
    expect(await readdir(directory)).to.deep.equal(['two'])

    await deleteProduct(shop.pool, 'p', 4)
    expect(await sweepImages(shop.pool, files, { olderThanMs: -1_000 })).to.equal(1)
    expect(await readdir(directory)).to.deep.equal([])
  })

  it('leave no file behind where the process ended after the file was written', async () => {
    const ending: BlobStore = {
      ...files,
      put: async (name, blob) => {
        await files.put(name, blob)
        throw new Error('ended')
      },
    }
    expect(await rejectionOf(add('lost', ending))).to.be.instanceOf(Error)
    expect(await readdir(directory)).to.deep.equal(['lost'])
    expect(await sweepImages(shop.pool, files, { olderThanMs: -1_000 })).to.equal(1)
    expect(await readdir(directory)).to.deep.equal([])
  })

  it('are not shown where their file was removed during an upload that took too long', async () => {
    const slow: BlobStore = {
      ...files,
      put: async (name, blob) => {
        await files.put(name, blob)
        await sweepImages(shop.pool, files, { olderThanMs: -1_000 })
      },
    }
    expect(String(await rejectionOf(add('late', slow)))).to.contain('took too long')
    expect(await ids()).to.deep.equal([])
  })

  it('stay on the list of what is to be removed while the storage is away', async () => {
    await add('one')
    await removeImage(shop.pool, { productId: 'p', imageId: 'one' }, { expectedVersion: 2, at })
    const away: BlobStore = { ...files, delete: () => Promise.reject(new Error('away')) }
    expect(await rejectionOf(sweepImages(shop.pool, away, { olderThanMs: -1_000 }))).to.be.instanceOf(Error)
    expect(await sweepImages(shop.pool, files, { olderThanMs: -1_000 })).to.equal(1)
  })
})
