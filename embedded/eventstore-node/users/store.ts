import { randomUUID } from 'node:crypto'
import type { NodeLog } from '../log/log.ts'
import { metastreamOf } from '../log/retention.ts'
import type { ExpectedRevision, ProposedEvent } from '../log/types.ts'
import { ADMINS } from './acl.ts'
import { AccessDeniedError, InvalidUserError, UserError } from './errors.ts'
import type { Passwords } from './passwords.ts'
import { parseUser, type UserData } from './user-data.ts'

/** A user as it stands in the log. */
export interface StoredUser extends UserData {
  /** Of the event that says so: a newer one makes all that was known of the user void. */
  readonly revision: number
  /** Ticks of 100 ns since the Unix epoch. */
  readonly updated: bigint
}

export interface NewUser {
  readonly login: string
  readonly fullName: string
  readonly groups: readonly string[]
  readonly password: string
}

/**
 * The users of a node, in the streams in which EventStoreDB keeps them: `$user-<login>` for each, `$users` for the list.
 * Changes throw UserError where the login is not there, or is there already.
 */
export interface UserStore {
  find(login: string): StoredUser | undefined
  /** By login. */
  list(): readonly StoredUser[]
  /** The same user again, with the same password, is a success. @throws InvalidUserError */
  create(user: NewUser): Promise<void>
  update(login: string, fullName: string, groups: readonly string[]): Promise<void>
  enable(login: string): Promise<void>
  disable(login: string): Promise<void>
  delete(login: string): Promise<void>
  /** @throws AccessDeniedError where the current password is another */
  changePassword(login: string, current: string, next: string): Promise<void>
  resetPassword(login: string, next: string): Promise<void>
}

const USERS = '$users'
const NOTIFICATIONS = '$users-password-notifications'
/** Nobody may see hashes of passwords, nor change a user past its rules, but administrators. */
const USER_ACL = JSON.stringify({ $acl: { $w: ADMINS, $d: ADMINS, $mw: ADMINS } })
const NOTIFICATIONS_KEPT = JSON.stringify({ $maxAge: 3600 })
const PAGE = 500
const REMEMBERED = 1000
const LONGEST_LOGIN = 200

const streamOfUser = (login: string): string => `$user-${login}`

const event = (type: string, data: string, contentType = 'application/json'): ProposedEvent => ({
  id: randomUUID(),
  type,
  contentType,
  data: Buffer.from(data),
  metadata: Buffer.alloc(0),
})

/** Credentials have a colon between name and password; what begins with a dollar is a group. */
function checkLogin(login: string): void {
  if (login === '') throw new InvalidUserError('A login name is missing.')
  if (login.length > LONGEST_LOGIN)
    throw new InvalidUserError(`A login name may have ${LONGEST_LOGIN} characters.`)
  // eslint-disable-next-line no-control-regex -- that is what is looked for
  if (/^\$|[:\u0000-\u001f\u007f]/.test(login))
    throw new InvalidUserError(
      `'${login}' can't be a login name: it begins with '$', or has a colon or a control character in it.`,
    )
}

function checkPassword(password: string): void {
  if (password === '') throw new InvalidUserError('A password is missing.')
}

export function createUserStore(log: NodeLog, passwords: Passwords): UserStore {
  const known = new Map<string, StoredUser>()
  let last: Promise<unknown> = Promise.resolve()

  /** Changes take turns, so that what one has read is still so when it writes. */
  function inTurn<T>(act: () => Promise<T>): Promise<T> {
    const run = last.then(act)
    last = run.catch(() => undefined)
    return run
  }

  function read(login: string, revision: number): StoredUser | undefined {
    const found = log.eventAt(streamOfUser(login), revision)
    const data = found === undefined ? undefined : parseUser(found.data)
    if (found === undefined || data?.loginName !== login) return undefined
    return { ...data, revision, updated: found.created }
  }

  /** Asked for each append: what was read before is read again only where there is something newer. */
  function find(login: string): StoredUser | undefined {
    const { status, lastRevision } = log.state(streamOfUser(login))
    if (status !== 'live') return undefined
    const before = known.get(login)
    if (before?.revision === lastRevision) return before
    const user = read(login, lastRevision)
    if (known.size >= REMEMBERED) known.clear()
    if (user !== undefined) known.set(login, user)
    return user
  }

  function existing(login: string): StoredUser {
    const user = find(login)
    if (user === undefined) throw new UserError('user-not-found', login)
    return user
  }

  async function write(
    stream: string,
    expected: ExpectedRevision,
    events: readonly ProposedEvent[],
  ): Promise<boolean> {
    return (await log.append(stream, expected, events)).kind === 'appended'
  }

  async function save(user: UserData, expected: ExpectedRevision, type: string): Promise<void> {
    const { loginName, fullName, salt, hash, algorithm, disabled, groups } = user
    const data = JSON.stringify({ loginName, fullName, salt, hash, algorithm, disabled, groups }, null, 2)
    if (!(await write(streamOfUser(loginName), expected, [event(type, data)])))
      throw new UserError('user-conflict', loginName)
  }

  /** Tells the other nodes of a cluster, where there are some, to forget the password. */
  async function notify(login: string): Promise<void> {
    if (log.state(NOTIFICATIONS).lastRevision < 0)
      await write(metastreamOf(NOTIFICATIONS), 'any', [event('$metadata', NOTIFICATIONS_KEPT)])
    const data = JSON.stringify({ loginName: login }, null, 2)
    await write(NOTIFICATIONS, 'any', [event('$PasswordChanged', data)])
  }

  const change = (
    login: string,
    act: (user: StoredUser) => Partial<UserData> | Promise<Partial<UserData>>,
    passwordIsVoid = true,
  ): Promise<void> =>
    inTurn(async () => {
      const user = existing(login)
      await save({ ...user, ...(await act(user)) }, user.revision, '$UserUpdated')
      if (passwordIsVoid) await notify(login)
    })

  async function create({ login, fullName, groups, password }: NewUser): Promise<void> {
    const before = find(login)
    if (before !== undefined) {
      if (await passwords.verify(password, before)) return
      throw new UserError('user-conflict', login)
    }
    const user: UserData = {
      loginName: login,
      fullName,
      groups,
      disabled: false,
      ...(await passwords.hash(password)),
    }
    const stream = streamOfUser(login)
    await write(metastreamOf(stream), 'any', [event('$metadata', USER_ACL)])
    // first the list, which may name users that are not there: a crash in between leaves none that is not in it
    await write(USERS, 'any', [event('$User', login, 'application/octet-stream')])
    const { lastRevision } = log.state(stream)
    await save(user, lastRevision < 0 ? 'no_stream' : lastRevision, '$UserCreated')
  }

  function list(): readonly StoredUser[] {
    const users = new Map<string, StoredUser>()
    const { lastRevision } = log.state(USERS)
    for (let from = 0; from <= lastRevision; from += PAGE) {
      for (const { data } of log.readForwards(USERS, from, PAGE)) {
        const user = find(Buffer.from(data).toString('utf8'))
        if (user !== undefined) users.set(user.loginName, user)
      }
    }
    return [...users.values()].sort((a, b) => (a.loginName < b.loginName ? -1 : 1))
  }

  return {
    find,
    list,
    create: async (user) => {
      checkLogin(user.login)
      checkPassword(user.password)
      await inTurn(() => create(user))
    },
    update: (login, fullName, groups) => change(login, () => ({ fullName, groups })),
    enable: (login) => change(login, () => ({ disabled: false }), false),
    disable: (login) => change(login, () => ({ disabled: true })),
    delete: (login) =>
      inTurn(async () => {
        existing(login)
        const { kind } = await log.delete(streamOfUser(login), 'any')
        if (kind !== 'appended') throw new UserError('user-conflict', login)
        await notify(login)
      }),
    changePassword: async (login, current, next) => {
      checkPassword(next)
      await change(login, async (user) => {
        if (!(await passwords.verify(current, user))) throw new AccessDeniedError()
        return passwords.hash(next)
      })
    },
    resetPassword: async (login, next) => {
      checkPassword(next)
      await change(login, () => passwords.hash(next))
    },
  }
}
