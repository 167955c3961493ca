/** What a caller may do. Access tokens carry these; routes ask for them. `:any` reaches beyond the caller's own things. */
export const SCOPES = [
  'orders:place',
  'orders:read',
  'orders:read:any',
  'orders:cancel',
  'orders:cancel:any',
  'orders:refund',
  'orders:fulfil',
  'payments:settle',
  'wallets:top-up',
  'payments:read',
  'payments:read:any',
  'wallet:read',
  'wallet:read:any',
  'inventory:read',
  'inventory:audit',
  'inventory:write',
  'analytics:read',
  'catalogue:write',
  'sagas:read',
  'sagas:resume',
  'dead-letters:read',
  'dead-letters:settle',
  'accounts:read',
  'accounts:write',
  'services:write',
] as const
export type Scope = (typeof SCOPES)[number]

export const isScope = (text: string): text is Scope => SCOPES.some((scope) => scope === text)

export const ROLES = ['customer', 'support', 'warehouse', 'admin'] as const
export type Role = (typeof ROLES)[number]

/** The scopes that a role carries: the least that its work needs. */
export const SCOPES_OF_ROLE: Readonly<Record<Role, readonly Scope[]>> = {
  customer: [
    'orders:place',
    'orders:read',
    'orders:cancel',
    'payments:read',
    'wallet:read',
    'inventory:read',
  ],
  support: [
    'orders:read',
    'orders:read:any',
    'orders:cancel',
    'orders:cancel:any',
    'orders:refund',
    'payments:settle',
    'wallets:top-up',
    'payments:read',
    'payments:read:any',
    'wallet:read',
    'wallet:read:any',
    'inventory:read',
    'inventory:audit',
    'analytics:read',
    'accounts:read',
  ],
  warehouse: [
    'orders:read',
    'orders:read:any',
    'orders:fulfil',
    'inventory:read',
    'inventory:audit',
    'inventory:write',
  ],
  admin: SCOPES,
}

/** All scopes of all of `roles`, each once, in the order of `SCOPES`. */
export const scopesOf = (roles: readonly Role[]): Scope[] =>
  SCOPES.filter((scope) => roles.some((role) => SCOPES_OF_ROLE[role].includes(scope)))

/** What a service may be allowed: not to give rights to others. */
export const SERVICE_SCOPES = SCOPES.filter(
  (scope) => scope !== 'accounts:write' && scope !== 'services:write',
)
