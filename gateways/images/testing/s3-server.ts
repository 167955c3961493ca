import { createHash } from 'node:crypto'
import { createServer } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

interface StoredObject {
  readonly bytes: Buffer
  readonly contentType: string
}

/** The part of S3 that is used here (PutObject, GetObject, DeleteObject by path), for tests, on a port of its own. */
export interface S3Server {
  readonly endpoint: string
  readonly objects: ReadonlyMap<string, StoredObject>
  /** From now on: answers as S3 does, fails with 500, or never answers. */
  become(mood: 'well' | 'failing' | 'silent'): void
  /** How many requests came. */
  requests(): number
  stop(): Promise<void>
}

export const startS3Server = async (bucket: string, accessKeyId: string): Promise<S3Server> => {
  const objects = new Map<string, StoredObject>()
  let mood: Parameters<S3Server['become']>[0] = 'well'
  let requests = 0
  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    requests += 1
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const bytes = Buffer.concat(chunks)
    if (mood === 'silent') return
    if (mood === 'failing') {
      fail(response, 500, 'InternalError')
      return
    }
    const sent = request.headers['x-amz-content-sha256']
    const isSigned = request.headers.authorization?.startsWith(`AWS4-HMAC-SHA256 Credential=${accessKeyId}/`)
    if (isSigned !== true) {
      fail(response, 403, 'AccessDenied')
      return
    }
    if (sent !== 'UNSIGNED-PAYLOAD' && sent !== createHash('sha256').update(bytes).digest('hex')) {
      fail(response, 400, 'XAmzContentSHA256Mismatch')
      return
    }
    const { pathname } = new URL(request.url ?? '/', 'http://localhost')
    if (!pathname.startsWith(`/${bucket}/`)) {
      fail(response, 404, 'NoSuchBucket')
      return
    }
    answer(request, response, pathname.slice(bucket.length + 2), bytes)
  }
  const answer = (
    { method, headers }: IncomingMessage,
    response: ServerResponse,
    key: string,
    bytes: Buffer,
  ): void => {
    if (method === 'PUT') {
      objects.set(key, { bytes, contentType: headers['content-type'] ?? '' })
      response.writeHead(200, { etag: `"${createHash('md5').update(bytes).digest('hex')}"` }).end()
      return
    }
    if (method === 'DELETE') {
      objects.delete(key)
      response.writeHead(204).end()
      return
    }
    const found = objects.get(key)
    if (found === undefined) {
      fail(response, 404, 'NoSuchKey')
      return
    }
    response
      .writeHead(200, { 'content-type': found.contentType, 'content-length': found.bytes.length })
      .end(found.bytes)
  }
  const server = createServer((request, response) => {
    handle(request, response).catch(() => response.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    endpoint: `http://127.0.0.1:${port}`,
    objects,
    become: (next) => {
      mood = next
    },
    requests: () => requests,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve()
        })
        server.closeAllConnections()
      }),
  }
}

const fail = (response: ServerResponse, status: number, code: string): void => {
  response
    .writeHead(status, { 'content-type': 'application/xml' })
    .end(`<?xml version="1.0"?><Error><Code>${code}</Code><Message>${code}</Message></Error>`)
}
