import type { ResolvedEvent } from '../log/types.ts'
import { AccessDeniedError } from './errors.ts'

/** Who calls: a user with the groups that stand for roles, or nobody in particular. */
export interface Identity {
  readonly name: string
  readonly groups: readonly string[]
  /** Has proved who it is. */
  readonly authenticated: boolean
}

/** A caller without credentials. */
export const ANONYMOUS: Identity = { name: 'anonymous', groups: [], authenticated: false }

/** The node itself; and everybody, on a node without users. */
export const SYSTEM: Identity = { name: 'system', groups: ['$admins'], authenticated: true }

/** What can be done with a node beyond its streams. */
export type Operation =
  | 'information'
  | 'gossip'
  | 'statistics'
  | 'login'
  | 'shutdown'
  | 'reload configuration'
  | 'merge indexes'
  | 'set priority'
  | 'resign'
  | 'scavenge'
  | 'subscriptions: statistics'
  | 'subscriptions: create'
  | 'subscriptions: update'
  | 'subscriptions: delete'
  | 'subscriptions: restart'
  | 'subscriptions: replay'
  | 'subscriptions: process'
  | 'projections: read'
  | 'projections: change'
  | 'projections: delete'
  | 'projections: restart'
  | 'users: manage'
  | 'users: read'
  | 'users: current'
  | 'users: change password'

export type StreamAction = 'read' | 'write' | 'delete'

/** Who callers are, and what they may do. */
export interface Access {
  /** Whether there are users at all: without, everybody may do everything. */
  readonly hasUsers: boolean
  /**
   * @param authorization the header of that name
   * @throws NotAuthenticatedError where it names nobody, TooManyLoginsError where the node can't tell now
   */
  identify(authorization: string | undefined): Promise<Identity>
  /**
   * @param login for operations on a user: whose
   * @throws AccessDeniedError
   */
  require(identity: Identity, operation: Operation, login?: string): void
  /**
   * @param stream name of a stream, of a metadata stream, or `$all`
   * @throws AccessDeniedError
   */
  requireStream(identity: Identity, action: StreamAction, stream: string): void
}

/** A node without users. */
export const OPEN_ACCESS: Access = {
  hasUsers: false,
  identify: () => Promise.resolve(SYSTEM),
  require: () => undefined,
  requireStream: () => undefined,
}

/** Whether `act` is allowed, for those who leave out what is not. */
export function isAllowed(act: () => void): boolean {
  try {
    act()
    return true
  } catch (error) {
    if (error instanceof AccessDeniedError) return false
    throw error
  }
}

export type StreamPredicate = (stream: string) => boolean

/** Which streams a caller may read; undefined: all, so that nobody has to be asked for each event. */
export const readableStreams = (access: Access, identity: Identity): StreamPredicate | undefined =>
  access.hasUsers
    ? (stream) =>
        isAllowed(() => {
          access.requireStream(identity, 'read', stream)
        })
    : undefined

/** A link leads only to what the caller may read: else it comes alone, like one to an event that is gone. */
export function withinReach(
  { event, link }: ResolvedEvent,
  mayRead: StreamPredicate | undefined,
): ResolvedEvent {
  const isHidden = link !== undefined && event !== undefined && mayRead?.(event.stream) === false
  return { event: isHidden ? undefined : event, link }
}
