import { createHash } from 'node:crypto'
import type { FastifyInstance } from 'fastify'

declare module 'fastify' {
  interface FastifyReply {
    /** Version of the resource that is answered: it begins the ETag, and If-Match of a change insists on it. */
    resourceVersion: number | undefined
    /** Not for everybody's eyes: no cache may keep it. */
    isPrivate: boolean
  }
}

/** An entity tag: the version of a resource, if it has one, and a digest of the answer. */
const tagOf = (version: number | undefined, payload: string): string => {
  const digest = createHash('sha256').update(payload).digest('base64url').slice(0, 22)
  return version === undefined ? `"${digest}"` : `"${version}.${digest}"`
}

/** Whether If-None-Match names this tag: weakly, as RFC 9110 §13.1.2 wants it. */
export const isKnownTag = (ifNoneMatch: string | undefined, etag: string): boolean => {
  if (ifNoneMatch === undefined) return false
  if (ifNoneMatch.trim() === '*') return true
  const tags = ifNoneMatch.match(/(W\/)?"[^"]*"/g) ?? []
  return tags.some((tag) => tag.replace(/^W\//, '') === etag)
}

/**
 * Routes that declare `cache` answer with an ETag, tell how long their answer may be kept, and answer 304 to those who have it already.
 */
export const httpCache = (app: FastifyInstance): void => {
  app.decorateReply('resourceVersion', undefined)
  app.decorateReply('isPrivate', false)
  app.addHook('onSend', (request, reply, payload, done) => {
    const { cache } = request.routeOptions.config
    if (cache === undefined || reply.statusCode !== 200 || typeof payload !== 'string') {
      done(null, payload)
      return
    }
    const etag = tagOf(reply.resourceVersion, payload)
    reply.header('etag', etag)
    // whoever is signed in may see more
    reply.header('vary', [reply.getHeader('vary') ?? [], 'authorization'].flat().join(', '))
    reply.header(
      'cache-control',
      reply.isPrivate ? 'private, no-cache' : `public, max-age=${cache.seconds}, must-revalidate`,
    )
    if (!isKnownTag(request.headers['if-none-match'], etag)) {
      done(null, payload)
      return
    }
    reply.code(304).removeHeader('content-type').removeHeader('content-length')
    done(null, '')
  })
}
