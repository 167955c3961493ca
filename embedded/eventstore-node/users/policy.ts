import { ADMINS, OPERATORS } from './acl.ts'
import type { Identity, Operation } from './access.ts'

export interface PolicyOptions {
  /** Callers without a name may use streams that are open to everybody. Default: false, as in EventStoreDB. */
  readonly allowAnonymousStreamAccess?: boolean | undefined
  /** Callers without a name may see the node's figures. Default: false, as in EventStoreDB. */
  readonly allowAnonymousEndpointAccess?: boolean | undefined
}

/** Whom an operation is for. */
type Rule = 'everybody' | 'endpoint' | 'users' | 'operators' | 'administrators' | 'oneself'

/** EventStoreDB's rules (23.10, `LegacyAuthorizationProviderFactory`); projections: those of system projections. */
const RULES: Readonly<Record<Operation, Rule>> = {
  information: 'everybody',
  gossip: 'everybody',
  statistics: 'endpoint',
  login: 'users',
  shutdown: 'operators',
  'reload configuration': 'operators',
  'merge indexes': 'operators',
  'set priority': 'operators',
  resign: 'operators',
  scavenge: 'operators',
  'subscriptions: statistics': 'users',
  'subscriptions: create': 'operators',
  'subscriptions: update': 'operators',
  'subscriptions: delete': 'operators',
  'subscriptions: restart': 'operators',
  'subscriptions: replay': 'operators',
  'subscriptions: process': 'users',
  'projections: read': 'users',
  'projections: change': 'operators',
  'projections: delete': 'operators',
  'projections: restart': 'operators',
  'users: manage': 'administrators',
  'users: read': 'oneself',
  'users: current': 'users',
  'users: change password': 'oneself',
}

export const isAdmin = ({ authenticated, name, groups }: Identity): boolean =>
  authenticated && (name === 'admin' || groups.includes(ADMINS))

export const isOperator = (identity: Identity): boolean =>
  isAdmin(identity) ||
  (identity.authenticated && (identity.name === 'ops' || identity.groups.includes(OPERATORS)))

/**
 * Whether somebody may do something.
 * @param login for operations on a user: whose
 */
export function mayDo(
  identity: Identity,
  operation: Operation,
  login: string | undefined,
  { allowAnonymousEndpointAccess = false }: PolicyOptions,
): boolean {
  switch (RULES[operation]) {
    case 'everybody':
      return true
    case 'endpoint':
      return identity.authenticated || allowAnonymousEndpointAccess
    case 'users':
      return identity.authenticated
    case 'operators':
      return isOperator(identity)
    case 'administrators':
      return isAdmin(identity)
    case 'oneself':
      // nobody changes a password in somebody else's name, not even an administrator, who can reset it
      if (operation === 'users: change password') return identity.authenticated && identity.name === login
      return isAdmin(identity) || (identity.authenticated && identity.name === login)
  }
}

/** Whether one of these roles is the caller's: a group, the name of the user, or everybody. */
export function hasRole(
  identity: Identity,
  roles: readonly string[],
  { allowAnonymousStreamAccess = false }: PolicyOptions,
): boolean {
  if (!identity.authenticated && !allowAnonymousStreamAccess) return false
  if (isAdmin(identity) || roles.includes('$all')) return true
  if (!identity.authenticated) return false
  // a user that is called like a group is not in it
  return roles.some(
    (role) => identity.groups.includes(role) || (role === identity.name && !role.startsWith('$')),
  )
}
