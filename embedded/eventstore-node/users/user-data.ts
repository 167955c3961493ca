import { z } from 'zod'
import type { PasswordHash } from './passwords.ts'

/** A user as a `$user-<login>` stream has it. */
export interface UserData extends PasswordHash {
  readonly loginName: string
  readonly fullName: string
  readonly groups: readonly string[]
  readonly disabled: boolean
}

/** .NET writes null for what was never set. */
const schema = z.object({
  loginName: z.string(),
  fullName: z.string().nullish(),
  groups: z.array(z.string()).nullish(),
  salt: z.string(),
  hash: z.string(),
  algorithm: z.string().optional(),
  disabled: z.boolean().default(false),
})

/** Undefined where the bytes are no user. */
export function parseUser(bytes: Uint8Array): UserData | undefined {
  let json: unknown
  try {
    json = JSON.parse(Buffer.from(bytes).toString('utf8'))
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
  const parsed = schema.safeParse(json)
  if (!parsed.success) return undefined
  const { fullName, groups, ...rest } = parsed.data
  return { ...rest, fullName: fullName ?? '', groups: groups ?? [] }
}
