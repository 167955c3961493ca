import { randomBytes, randomUUID } from 'node:crypto'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { expect } from 'chai'
import type { BlobStore } from '../../platform/blob-store.ts'
import { BlobNameError, BlobStoreUnavailableError } from '../../platform/blob-store.ts'
import { freePort } from '../../test/support/servers.ts'
import { diskBlobStore } from './disk.ts'
import { s3BlobStore } from './s3.ts'
import { startS3Server } from './testing/s3-server.ts'

interface Opened {
  readonly store: BlobStore
  stop(): Promise<void>
}

const openDisk = async (): Promise<Opened> => {
  const directory = await mkdtemp(join(tmpdir(), 'orderstream-images-'))
  return {
    store: diskBlobStore(join(directory, 'made', 'when needed')),
    stop: () => rm(directory, { recursive: true, force: true }),
  }
}

const credentials = { accessKeyId: 'a-key', secretAccessKey: 'a-secret' }

const openS3 = async (): Promise<Opened> => {
  const server = await startS3Server('shop', credentials.accessKeyId)
  const store = s3BlobStore({ bucket: 'shop', endpoint: server.endpoint, region: 'us-east-1', credentials })
  return {
    store,
    stop: async () => {
      store.close()
      await server.stop()
    },
  }
}

const rejection = (attempt: Promise<unknown>): Promise<unknown> =>
  attempt.then(
    () => undefined,
    (reason: unknown) => reason,
  )

for (const [place, open] of [
  ['on disk', openDisk],
  ['in S3', openS3],
] as const) {
  describe(`files ${place}`, () => {
    let opened: Opened
    let store: BlobStore
    let name: string

    before(async () => {
      opened = await open()
      store = opened.store
    })
    beforeEach(() => {
      name = randomUUID()
    })
    after(() => opened.stop())

    const read = async (of: string): Promise<Buffer | undefined> => {
      const found = await store.get(of)
      if (found === undefined) return undefined
      const bytes = await buffer(found.content)
      expect(found.size).to.equal(bytes.length)
      return bytes
    }

    it('are what was put, byte for byte', async () => {
      const bytes = randomBytes(300_000)
      expect(await read(name)).to.equal(undefined)
      await store.put(name, { bytes, contentType: 'image/png' })
      expect(bytes.equals((await read(name)) ?? Buffer.alloc(0))).to.be.true
    })

    it('may be put again, and by several at once', async () => {
      const blob = { bytes: randomBytes(1_000), contentType: 'image/png' }
      await Promise.all(Array.from({ length: 10 }, () => store.put(name, blob)))
      expect(blob.bytes.equals((await read(name)) ?? Buffer.alloc(0))).to.be.true
    })

    it('are gone once they are deleted, however often', async () => {
      await store.put(name, { bytes: randomBytes(10), contentType: 'image/png' })
      const other = randomUUID()
      await store.put(other, { bytes: Buffer.from('other'), contentType: 'image/png' })
      await store.delete(name)
      await store.delete(name)
      expect(await read(name)).to.equal(undefined)
      expect((await read(other))?.toString()).to.equal('other')
    })

    it('have names that lead nowhere else', async () => {
      for (const wrong of [
        '',
        '..',
        '../x',
        'a/b',
        '/etc/passwd',
        'a\\b',
        'A',
        'a\0',
        'a.b',
        '-a',
        'x'.repeat(101),
      ]) {
        const blob = { bytes: Buffer.from('x'), contentType: 'image/png' }
        expect(await rejection(store.put(wrong, blob)), wrong).to.be.instanceOf(BlobNameError)
        expect(await rejection(store.get(wrong)), wrong).to.be.instanceOf(BlobNameError)
        expect(await rejection(store.delete(wrong)), wrong).to.be.instanceOf(BlobNameError)
      }
    })
  })
}

describe('files on a disk that fails', () => {
  it('are told to be unavailable, and leave nothing half-written', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'orderstream-images-'))
    try {
      await writeFile(join(directory, 'file'), '')
      const store = diskBlobStore(join(directory, 'file'))
      const blob = { bytes: Buffer.from('x'), contentType: 'image/png' }
      expect(await rejection(store.put('a', blob))).to.be.instanceOf(BlobStoreUnavailableError)
      expect(await rejection(store.get('a'))).to.be.instanceOf(BlobStoreUnavailableError)
      expect(await rejection(store.delete('a'))).to.be.instanceOf(BlobStoreUnavailableError)

      const whole = diskBlobStore(directory)
      await whole.put('b', blob)
      expect((await readdir(directory)).sort()).to.deep.equal(['b', 'file'])
    } finally {
      await rm(directory, { recursive: true, force: true })
    }
  })
})

describe('files in an S3 that fails', () => {
  const blob = { bytes: Buffer.from('x'), contentType: 'image/webp' }

  it('are told to be unavailable where nobody listens, and where it does not answer', async () => {
    const nobody = s3BlobStore({
      ...{ bucket: 'shop', region: 'us-east-1', credentials },
      endpoint: `http://127.0.0.1:${await freePort()}`,
    })
    expect(await rejection(nobody.get('a'))).to.be.instanceOf(BlobStoreUnavailableError)
    nobody.close()

    const server = await startS3Server('shop', credentials.accessKeyId)
    const store = s3BlobStore({
      ...{ bucket: 'shop', region: 'us-east-1', credentials, timeoutMs: 50 },
      endpoint: server.endpoint,
    })
    try {
      server.become('silent')
      expect(await rejection(store.put('a', blob))).to.be.instanceOf(BlobStoreUnavailableError)
      server.become('failing')
      expect(await rejection(store.delete('a'))).to.be.instanceOf(BlobStoreUnavailableError)
      expect(server.requests()).to.equal(6, 'each was tried three times')
      server.become('well')
      await store.put('a', blob)
      expect([...server.objects]).to.deep.equal([
        ['images/a', { bytes: blob.bytes, contentType: 'image/webp' }],
      ])
    } finally {
      store.close()
      await server.stop()
    }
  })

  it('are told to be unavailable where its key is refused, or there is no such bucket', async () => {
    const server = await startS3Server('shop', 'another-key')
    const mine = await startS3Server('another-shop', credentials.accessKeyId)
    try {
      for (const { endpoint } of [server, mine]) {
        const store = s3BlobStore({ bucket: 'shop', region: 'us-east-1', credentials, endpoint })
        expect(await rejection(store.get('a'))).to.be.instanceOf(BlobStoreUnavailableError)
        store.close()
      }
    } finally {
      await server.stop()
      await mine.stop()
    }
  })
})
