import { z } from 'zod'
import { ConcurrencyError } from '../commands/errors.ts'
import { ProblemError } from './problems.ts'

/** A version, and behind it a digest where the answer holds what changes without one. */
const ETAG = /^"(0|[1-9]\d{0,18})(?:\.[\w-]{1,64})?"$/

/** A revision as an entity tag (RFC 9110 §8.8.3). */
export const etagOf = (revision: bigint | string): string => `"${revision}"`

export const IfMatch = z.looseObject({
  'if-match': z
    .string()
    .regex(ETAG, 'must be an ETag that this API has given')
    .optional()
    .meta({ description: 'ETag of the resource as you have seen it: 412 where it has changed since' }),
})

/** The revision that a request insists on. */
export const revisionOf = (headers: { readonly 'if-match'?: string | undefined }): bigint | undefined => {
  const match = ETAG.exec(headers['if-match'] ?? '')
  return match?.[1] === undefined ? undefined : BigInt(match[1])
}

/** The version that a change has to insist on. @throws ProblemError `precondition-required` */
export const requiredVersionOf = (headers: { readonly 'if-match'?: string | undefined }): number => {
  const revision = revisionOf(headers)
  // no version is as high as where integers end: it is a stale one
  if (revision !== undefined) return Number(revision)
  throw new ProblemError('precondition-required', {
    detail: 'Send the ETag of what you have seen as If-Match',
  })
}

/** Runs `work`, which insists on a revision. @throws ProblemError `precondition-failed` where the stream is elsewhere */
export const insisting = async <Result>(work: Promise<Result>): Promise<Result> => {
  try {
    return await work
  } catch (error) {
    if (!(error instanceof ConcurrencyError)) throw error
    const headers = error.actual === undefined ? {} : { etag: etagOf(error.actual) }
    throw new ProblemError('precondition-failed', { headers, cause: error })
  }
}
