/** What a caller may do. Access tokens carry these; routes ask for them. `:any` reaches beyond the caller's own things. */
export const SCOPES = [
  'orders:place',
  'orders:read',
  'orders:read:any',
  'inventory:read',
  'inventory:write',
  'accounts:read',
  'accounts:write',
  'services:write',
] as const
export type Scope = (typeof SCOPES)[number]

export const ROLES = ['customer', 'support', 'warehouse', 'admin'] as const
export type Role = (typeof ROLES)[number]

/** The scopes that a role carries: the least that its work needs. */
export const SCOPES_OF_ROLE: Readonly<Record<Role, readonly Scope[]>> = {
  customer: ['orders:place', 'orders:read', 'inventory:read'],
  support: ['orders:read', 'orders:read:any', 'inventory:read', 'accounts:read'],
  warehouse: ['inventory:read', 'inventory:write'],
  admin: SCOPES,
}

/** All scopes of all of `roles`, each once, in the order of `SCOPES`. */
export const scopesOf = (roles: readonly Role[]): Scope[] =>
  SCOPES.filter((scope) => roles.some((role) => SCOPES_OF_ROLE[role].includes(scope)))
