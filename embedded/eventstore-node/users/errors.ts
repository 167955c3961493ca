/** The caller may not do this. */
export class AccessDeniedError extends Error {
  override readonly name = 'AccessDeniedError'

  constructor() {
    super('Access Denied')
  }
}

/** The credentials are wrong: nobody has this name and password. */
export class NotAuthenticatedError extends Error {
  override readonly name = 'NotAuthenticatedError'

  constructor() {
    super('Unauthenticated')
  }
}

/** More callers want their passwords checked than the node checks at a time. */
export class TooManyLoginsError extends Error {
  override readonly name = 'TooManyLoginsError'

  constructor() {
    super('Server Is Too Busy')
  }
}

/** What a change of a user can fail with, in the words of the client's `exception` trailer. */
export type UserFailure = 'user-not-found' | 'user-conflict'

/** Nobody has this login, or somebody has it already. */
export class UserError extends Error {
  override readonly name = 'UserError'
  readonly kind: UserFailure
  readonly login: string

  constructor(kind: UserFailure, login: string) {
    super(kind === 'user-not-found' ? `User '${login}' is not found.` : 'Conflict.')
    this.kind = kind
    this.login = login
  }
}

/** What was asked for can't be kept: the message says which part of it. */
export class InvalidUserError extends Error {
  override readonly name = 'InvalidUserError'
}
