import { z } from 'zod'

/** Money in minor units (cents) of an ISO 4217 currency. */
export const Money = z.strictObject({
  amount: z.int().min(0).describe('in minor units (cents)'),
  currency: z
    .string()
    .regex(/^[A-Z]{3}$/)
    .describe('ISO 4217'),
})
export type Money = Readonly<z.output<typeof Money>>

export const sameMoney = (one: Money, other: Money): boolean =>
  one.amount === other.amount && one.currency === other.currency

/** RFC 3339, UTC, milliseconds. */
export const Instant = z.iso.datetime({ precision: 3 }).describe('RFC 3339, UTC, milliseconds')
export type Instant = z.output<typeof Instant>

/** Stock keeping unit: what a shelf is labelled with. It is part of a stream's name. */
export const Sku = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/)
  .describe('stock keeping unit')
export type Sku = z.output<typeof Sku>

export const Quantity = z.int().min(1).max(1_000_000).describe('in pieces')

export const Address = z.strictObject({
  name: z.string().min(1).max(200),
  line1: z.string().min(1).max(200),
  line2: z.string().max(200).optional(),
  city: z.string().min(1).max(100),
  region: z.string().max(100).optional(),
  postalCode: z.string().min(1).max(20),
  country: z
    .string()
    .regex(/^[A-Z]{2}$/)
    .describe('ISO 3166-1 alpha-2'),
})
export type Address = Readonly<z.output<typeof Address>>
