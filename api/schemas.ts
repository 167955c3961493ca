import { z } from 'zod'

/** Shapes that several resources share. The API's contract is its own: an event's shape may change without it. */

export const Money = z
  .strictObject({
    amount: z.int().min(0).meta({ description: 'Minor units (cents)' }),
    currency: z
      .string()
      .regex(/^[A-Z]{3}$/)
      .meta({ description: 'ISO 4217' }),
  })
  .meta({ id: 'Money', examples: [{ amount: 1999, currency: 'EUR' }] })

/** RFC 3339, UTC. */
export const Instant = z.iso.datetime().meta({ examples: ['2025-11-21T09:30:00.000Z'] })

export const Sku = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/)
  .meta({ description: 'Stock keeping unit', examples: ['COF-ETH-250'] })

/** ULID. */
export const Id = z
  .string()
  .regex(/^[0-9A-HJKMNP-TV-Z]{26}$/)
  .meta({ description: 'ULID', examples: ['01KAJ5Z4QW8X2N6T3R9V7C1B0D'] })

export const ProductId = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,63}$/)
  .meta({ description: 'Stable', examples: ['ethiopia-guji-250'] })

/** Text that a person typed: no control characters, no blank ends, and not empty. */
export const line = (maxLength: number): z.ZodString =>
  z
    .string()
    .min(1)
    .max(maxLength)
    .regex(/^\P{C}*$/u, 'must not contain control characters')
    .regex(/^\S(.*\S)?$/su, 'must not begin or end with a blank')

export const Email = z
  .string()
  .max(254)
  .regex(/^[^\s@\p{C}]{1,64}@[^\s@\p{C}]+$/u, 'must be an e-mail address')
  .meta({ examples: ['ada@example.com'] })

/** NIST SP 800-63B: a length that can't be guessed, and no rules of composition. */
export const Password = z.string().min(10).max(256)

export const Limit = z.coerce
  .number<string>()
  .int()
  .min(1)
  .max(100)
  .default(20)
  .meta({ description: 'How many at most' })

export const Cursor = z
  .string()
  .min(1)
  .max(512)
  .meta({ description: 'Where the page begins: `nextCursor` of the page before' })

/** One value, or several with commas between them, in a query. */
export const severalOf = <Value extends z.ZodType<string, string>>(
  value: Value,
  most: number,
  examples: readonly string[],
): z.ZodType<z.output<Value>[], string> =>
  z
    .string()
    .transform((text) => text.split(','))
    .pipe(z.array(value).max(most))
    .meta({ description: 'One, or several with commas between', examples: [...examples] })

export const NextCursor = z.string().nullable().meta({ description: 'null on the last page' })

/** An answer without a body. */
export const Nothing = z.undefined()

export const Problem = z
  .looseObject({
    type: z.string().meta({ description: 'Stable: decide by this' }),
    title: z.string(),
    status: z.int().min(400).max(599),
    detail: z.string().optional(),
    instance: z.string().meta({ description: 'The address that was asked' }),
    correlationId: z.string().meta({ description: 'Name it when you report the problem' }),
    errors: z
      .array(
        z.strictObject({
          in: z.enum(['body', 'query', 'path', 'header']),
          pointer: z.string().meta({ description: 'JSON pointer (RFC 6901)' }),
          code: z.string(),
          message: z.string(),
        }),
      )
      .optional(),
  })
  .meta({
    id: 'Problem',
    description: 'RFC 9457',
    examples: [
      {
        type: 'urn:orderstream:problem:not-found',
        title: 'There is nothing here',
        status: 404,
        instance: '/api/v1/orders/01KAJ5Z4QW8X2N6T3R9V7C1B0D',
        correlationId: '0b8a5f0e-52b8-4c37-9d9e-0a7b3f6c7a10',
      },
    ],
  })

export const POSITION_HEADER = {
  Position: 'Send it as If-Position-Reached with a query that has to see the change',
}
