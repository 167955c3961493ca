import { jsonObject } from '../json-object.ts'
import type { NodeLog } from '../log/log.ts'
import { isMetastream, metastreamOf, originalOf } from '../log/retention.ts'
import type { StreamAction } from './access.ts'

/** Everybody, also without a name. */
export const EVERYBODY = '$all'
export const ADMINS = '$admins'
export const OPERATORS = '$ops'

/** What an access control list tells apart, by EventStoreDB's keys. */
type AclKey = '$r' | '$w' | '$d' | '$mr' | '$mw'
const KEYS: readonly AclKey[] = ['$r', '$w', '$d', '$mr', '$mw']

type Roles = readonly string[]
/** What it says nothing about is decided by the node's settings. */
type Acl = Readonly<Partial<Record<AclKey, Roles>>>

const OPEN: Roles = [EVERYBODY]
const ADMINS_ONLY: Roles = [ADMINS]
/** For a list that can't be understood: whoever wrote it wanted to keep somebody out. */
const CLOSED: Acl = Object.fromEntries(KEYS.map((key) => [key, ADMINS_ONLY]))

const isString = (value: unknown): value is string => typeof value === 'string'

function rolesOf(value: unknown): Roles | undefined {
  if (isString(value)) return [value]
  return Array.isArray(value) && value.every(isString) ? value : undefined
}

/** @param value of `$acl` in a stream's metadata, or of a default in `$settings` */
export function parseAcl(value: unknown): Acl {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return CLOSED
  const fields = new Map<string, unknown>(Object.entries(value))
  const acl: Partial<Record<AclKey, Roles>> = {}
  for (const key of KEYS) {
    if (!fields.has(key)) continue
    const roles = rolesOf(fields.get(key))
    if (roles === undefined) return CLOSED
    acl[key] = roles
  }
  return acl
}

/** The key that speaks about an action on a stream; undefined where nobody but the node does such a thing. */
function keyOf(action: StreamAction, stream: string): AclKey | undefined {
  const isMetadata = isMetastream(stream)
  if (action === 'read') return isMetadata ? '$mr' : '$r'
  if (action === 'write') return isMetadata ? '$mw' : '$w'
  return isMetadata ? undefined : '$d'
}

const REMEMBERED = 4096
const SETTINGS = '$settings'

/** The roles to which streams are open, by what stands in the log. */
export interface Acls {
  /** One of these roles is needed; undefined: nobody may. */
  rolesFor(action: StreamAction, stream: string): Roles | undefined
}

/** What `read` makes of the last event of a stream; made again when there is a newer one. */
function latest<T>(
  log: NodeLog,
  read: (fields: Readonly<Record<string, unknown>>) => T,
): (stream: string) => T | undefined {
  const known = new Map<string, { readonly revision: number; readonly value: T | undefined }>()
  return (stream) => {
    const { lastRevision, status } = log.state(stream)
    const revision = status === 'live' ? lastRevision : -1
    const before = known.get(stream)
    if (before?.revision === revision) return before.value
    const event = revision < 0 ? undefined : log.eventAt(stream, revision)
    const value = event === undefined ? undefined : read(jsonObject(event.data))
    if (known.size >= REMEMBERED) known.clear()
    known.set(stream, { revision, value })
    return value
  }
}

const aclIn = (fields: Readonly<Record<string, unknown>>, key: string): Acl | undefined =>
  key in fields ? parseAcl(fields[key]) : undefined

/**
 * Reads access control lists: `$acl` of a stream's metadata, for what it leaves out the defaults in `$settings`, and for what
 * those leave out that user streams are open and system streams are for administrators.
 */
export function createAcls(log: NodeLog): Acls {
  const streamAcl = latest(log, (fields) => aclIn(fields, '$acl'))
  const settings = latest(log, (fields) => ({
    user: aclIn(fields, '$userStreamAcl'),
    system: aclIn(fields, '$systemStreamAcl'),
  }))

  return {
    rolesFor(action, stream) {
      // what is written to $all goes through its streams
      if (stream === '$all' && action !== 'read') return undefined
      const key = keyOf(action, stream)
      if (key === undefined) return undefined
      const original = isMetastream(stream) ? originalOf(stream) : stream
      const isSystem = original.startsWith('$')
      const own = streamAcl(metastreamOf(original))?.[key]
      if (own !== undefined) return own
      const defaults = settings(SETTINGS)
      return (isSystem ? defaults?.system : defaults?.user)?.[key] ?? (isSystem ? ADMINS_ONLY : OPEN)
    },
  }
}
