import type { OpenAPIV3_1 } from 'openapi-types'

/** Parameters and header fields that many routes have in common. */
export const SHARED_COMPONENTS = {
  parameters: {
    CorrelationId: {
      name: 'X-Correlation-Id',
      in: 'header',
      description: 'Goes into every event that comes of the request. Made up where it is not sent.',
      schema: { type: 'string', pattern: '^[A-Za-z0-9][A-Za-z0-9._:-]{0,127}$' },
    },
    IdempotencyKey: {
      name: 'Idempotency-Key',
      in: 'header',
      description:
        'A key of your own for this request, for instance a UUID. A repetition with it changes nothing.',
      schema: { type: 'string', pattern: '^[\\x21-\\x7e]{1,255}$' },
      example: '5f3c8a52-0a3f-4b8f-9d67-2c1f6c2f7e0b',
    },
    IfNoneMatch: {
      name: 'If-None-Match',
      in: 'header',
      description: '`ETag` of the answer that you have: 304, without a body, where it would be the same.',
      schema: { type: 'string', maxLength: 1000 },
    },
    IfPositionReached: {
      name: 'If-Position-Reached',
      in: 'header',
      description:
        '`Position` of an earlier answer: the query waits until it sees what that request changed.',
      schema: { type: 'string', pattern: '^\\d{1,20}/\\d{1,20}$' },
      example: '18342/18342',
    },
    Position: {
      name: 'position',
      in: 'query',
      description:
        'The same as If-Position-Reached, for whoever can set no header. Where both are there the header counts.',
      schema: { type: 'string', pattern: '^\\d{1,20}/\\d{1,20}$' },
      example: '18342/18342',
    },
  },
  headers: {
    RateLimit: {
      description:
        'Requests that remain, and seconds until there are all again. Missing where none are counted.',
      schema: { type: 'string' },
      example: '"default";r=2999;t=60',
    },
    'RateLimit-Policy': {
      description: 'The limit: so many requests in a window of so many seconds',
      schema: { type: 'string' },
      example: '"default";q=3000;w=60',
    },
    'X-Request-Id': {
      description: 'This request',
      required: true,
      schema: { type: 'string' },
      example: '019aa5a4-2f1c-7e60-8a51-6f1f5b0b7a33',
    },
    'X-Correlation-Id': {
      description: 'As it was sent, or made up',
      required: true,
      schema: { type: 'string' },
      example: '0b8a5f0e-52b8-4c37-9d9e-0a7b3f6c7a10',
    },
    'Retry-After': {
      description: 'Seconds until it makes sense to ask again',
      required: true,
      schema: { type: 'string', pattern: '^[1-9]\\d*$' },
      example: '2',
    },
    'WWW-Authenticate': {
      description: 'How to identify yourself (RFC 6750)',
      required: true,
      schema: { type: 'string' },
      example: 'Bearer error="invalid_token"',
    },
    'Idempotency-Replayed': {
      description: 'The answer was given before, to the same request with the same Idempotency-Key',
      schema: { type: 'string', enum: ['true'] },
      example: 'true',
    },
  },
  securitySchemes: {
    accessToken: {
      type: 'http',
      scheme: 'bearer',
      bearerFormat: 'JWT',
      description: 'RS256; public keys at /.well-known/jwks.json',
    },
  },
} as const satisfies OpenAPIV3_1.ComponentsObject
