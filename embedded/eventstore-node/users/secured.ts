import type { NodeLog } from '../log/log.ts'
import { ANONYMOUS, type Access, type Identity } from './access.ts'
import { createAcls } from './acl.ts'
import { parseBasic, type Credentials } from './credentials.ts'
import { AccessDeniedError } from './errors.ts'
import { hasRole, mayDo, type PolicyOptions } from './policy.ts'
import type { UserStore } from './store.ts'

const isProof = (identity: Identity): identity is Identity & { readonly hash: string } => 'hash' in identity

/** The rights of a node with users. */
export function createSecuredAccess(
  log: NodeLog,
  store: UserStore,
  credentials: Credentials,
  policy: PolicyOptions,
): Access {
  const acls = createAcls(log)

  /**
   * Calls may last for weeks: whoever was deleted, disabled or given another password meanwhile may do nothing any more, and
   * groups are those of now.
   */
  function current(identity: Identity): Identity {
    if (!isProof(identity)) return identity
    const user = store.find(identity.name)
    return user === undefined || user.disabled || user.hash !== identity.hash
      ? ANONYMOUS
      : { ...identity, groups: user.groups }
  }

  return {
    hasUsers: true,
    identify: async (authorization) =>
      authorization === undefined ? ANONYMOUS : credentials.check(parseBasic(authorization)),
    require(identity, operation, login) {
      if (!mayDo(current(identity), operation, login, policy)) throw new AccessDeniedError()
    },
    requireStream(identity, action, stream) {
      const roles = acls.rolesFor(action, stream)
      if (roles === undefined || !hasRole(current(identity), roles, policy)) throw new AccessDeniedError()
    },
  }
}
