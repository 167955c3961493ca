import { createHash } from 'node:crypto'
import type { FastifyRequest } from 'fastify'
import { ProblemError } from './problems.ts'

export const MOST_IMAGE_BYTES = 5 * 1024 * 1024

/** One file and its description: what is more is refused before it is read. */
export const UPLOAD_LIMITS = {
  fileSize: MOST_IMAGE_BYTES,
  files: 1,
  fields: 4,
  parts: 5,
  fieldSize: 4_096,
  fieldNameSize: 100,
  headerPairs: 20,
}

const uploads = new WeakMap<FastifyRequest, Buffer>()

/**
 * Reads a form with a file before the request is validated: its body is then the form's fields, with the digest of the bytes for the
 * file, so that an idempotency key stands for this file and no other.
 * @throws ProblemError
 */
export const readUpload = async (request: FastifyRequest): Promise<void> => {
  if (!request.isMultipart()) {
    throw new ProblemError('unsupported-media-type', {
      detail: 'The file has to come as multipart/form-data',
    })
  }
  const body = Object.create(null) as Record<string, unknown>
  try {
    for await (const part of request.parts()) {
      if (part.fieldname in body)
        throw new ProblemError('malformed-request', { detail: 'A field came twice' })
      if (part.type === 'file') {
        const bytes = await part.toBuffer()
        uploads.set(request, bytes)
        body[part.fieldname] = createHash('sha256').update(bytes).digest('hex')
      } else {
        body[part.fieldname] = part.value
      }
    }
  } catch (error) {
    throw uploadProblem(error)
  }
  // a field of that name with text in it is no file
  if (!uploads.has(request)) delete body['file']
  request.body = { ...body }
}

/** The bytes that came with a request. */
export const uploadOf = (request: FastifyRequest): Buffer => {
  const bytes = uploads.get(request)
  if (bytes === undefined) throw new TypeError('The request has no upload that was read')
  return bytes
}

const uploadProblem = (error: unknown): ProblemError => {
  if (error instanceof ProblemError) return error
  const isTooMuch = error instanceof Error && 'statusCode' in error && error.statusCode === 413
  return new ProblemError(isTooMuch ? 'payload-too-large' : 'malformed-request', {
    detail: isTooMuch ? `One file of at most ${MOST_IMAGE_BYTES} bytes` : 'The form can not be read',
    cause: error,
  })
}
