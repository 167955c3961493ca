import type { Operation } from './access.ts'
import { AccessDeniedError } from './errors.ts'

const PREFIX = '/event_store.client.'

/** What methods do, by service; undefined: it depends on what is asked for, and the method asks itself. */
const OPERATIONS: Readonly<Record<string, Readonly<Record<string, Operation | undefined>>>> = {
  'streams.Streams': {
    Read: undefined,
    Append: undefined,
    Delete: undefined,
    Tombstone: undefined,
    BatchAppend: undefined,
  },
  'persistent_subscriptions.PersistentSubscriptions': {
    Create: 'subscriptions: create',
    Update: 'subscriptions: update',
    Delete: 'subscriptions: delete',
    Read: 'subscriptions: process',
    GetInfo: 'subscriptions: statistics',
    List: 'subscriptions: statistics',
    ReplayParked: 'subscriptions: replay',
    RestartSubsystem: 'subscriptions: restart',
  },
  'projections.Projections': {
    Create: 'projections: change',
    Update: 'projections: change',
    Delete: 'projections: delete',
    Statistics: 'projections: read',
    Disable: 'projections: change',
    Enable: 'projections: change',
    Reset: 'projections: change',
    State: 'projections: read',
    Result: 'projections: read',
    RestartSubsystem: 'projections: restart',
  },
  'operations.Operations': {
    StartScavenge: 'scavenge',
    StopScavenge: 'scavenge',
    Shutdown: 'shutdown',
    MergeIndexes: 'merge indexes',
    ResignNode: 'resign',
    SetNodePriority: 'set priority',
    RestartPersistentSubscriptions: 'subscriptions: restart',
  },
  'users.Users': {
    Create: 'users: manage',
    Update: 'users: manage',
    Delete: 'users: manage',
    Disable: 'users: manage',
    Enable: 'users: manage',
    ResetPassword: 'users: manage',
    Details: undefined,
    ChangePassword: undefined,
  },
  'gossip.Gossip': { Read: 'gossip' },
  'monitoring.Monitoring': { Stats: 'statistics' },
  'server_features.ServerFeatures': { GetSupportedMethods: 'information' },
}

/**
 * What a gRPC method does, where its name says so.
 * @throws AccessDeniedError for a method that nobody has thought about
 */
export function operationOf(path: string): Operation | undefined {
  const [service = '', method = ''] = path.startsWith(PREFIX) ? path.slice(PREFIX.length).split('/') : []
  const methods = Object.hasOwn(OPERATIONS, service) ? OPERATIONS[service] : undefined
  if (methods === undefined || !Object.hasOwn(methods, method)) throw new AccessDeniedError()
  return methods[method]
}
