import { pbkdf2Sync } from 'node:crypto'
import { expect } from 'chai'
import { openLog, type NodeLog } from '../log/log.ts'
import { event } from '../log/testing/events.ts'
import { ANONYMOUS, SYSTEM, type Identity, type Operation } from './access.ts'
import { createAcls, parseAcl } from './acl.ts'
import { createCredentials, parseBasic } from './credentials.ts'
import {
  AccessDeniedError,
  InvalidUserError,
  NotAuthenticatedError,
  TooManyLoginsError,
  UserError,
} from './errors.ts'
import { operationOf } from './methods.ts'
import { createPasswords } from './passwords.ts'
import { hasRole, mayDo } from './policy.ts'
import { createStandardUsers } from './standard-users.ts'
import { createUserStore, type UserStore } from './store.ts'

const failureOf = async (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => undefined,
    (error: unknown) => error,
  )

const user = (name: string, ...groups: string[]): Identity => ({ name, groups, authenticated: true })

describe('Passwords of users', () => {
  it('are kept as a salted hash, another each time', async () => {
    const passwords = createPasswords()
    const [one, two] = await Promise.all([passwords.hash('secret'), passwords.hash('secret')])
    expect(one).not.to.deep.equal(two)
    expect(JSON.stringify([one, two])).not.to.include('secret')
    expect(await passwords.verify('secret', one)).to.equal(true)
    expect(await passwords.verify('Secret', one)).to.equal(false)
    expect(await passwords.verify('secret', { ...one, salt: two.salt })).to.equal(false)
    expect(await passwords.verify('secret', undefined)).to.equal(false)
    expect(await passwords.verify('secret', { ...one, algorithm: 'rot13' })).to.equal(false)
  })

  it('that EventStoreDB hashed are understood', async () => {
    const salt = Buffer.alloc(16, 7)
    const hash = pbkdf2Sync('changeit', salt, 1000, 20, 'sha1').toString('base64')
    const stored = { hash, salt: salt.toString('base64') }
    expect(await createPasswords().verify('changeit', stored)).to.equal(true)
    expect(await createPasswords().verify('changeme', stored)).to.equal(false)
  })

  it('are checked one at a time, and not without end', async () => {
    const passwords = createPasswords()
    const tries = await Promise.allSettled(
      Array.from({ length: 70 }, () => passwords.verify('x', { hash: '', salt: '' })),
    )
    const refused = tries.filter(({ status }) => status === 'rejected')
    expect(refused).to.have.length(6)
    expect(refused[0]).to.have.property('reason').instanceOf(TooManyLoginsError)
    expect(await passwords.verify('x', { hash: '', salt: '' })).to.equal(false)
  })
})

describe('Credentials in a header', () => {
  const basic = (text: string): string => `Basic ${Buffer.from(text).toString('base64')}`

  it('are a name and a password, which may have colons in it', () => {
    expect(parseBasic(basic('anna:p:w'))).to.deep.equal({ name: 'anna', password: 'p:w' })
    expect(parseBasic(basic('änna:ü'))).to.deep.equal({ name: 'änna', password: 'ü' })
    expect(parseBasic(basic('anna:').replace('Basic', 'basic'))).to.deep.equal({ name: 'anna', password: '' })
  })

  it('are refused where they are anything else', () => {
    for (const header of ['', 'Basic', 'Basic !!!', basic('anna'), 'Bearer abc', `${basic('a:b')} x`])
      expect(() => parseBasic(header), header).to.throw(NotAuthenticatedError)
  })
})

describe('Users in the log', () => {
  let log: NodeLog
  let store: UserStore
  const passwords = createPasswords()

  beforeEach(() => {
    log = openLog()
    store = createUserStore(log, passwords)
  })
  afterEach(() => log.close())
  const create = (login: string, password = 'secret') =>
    store.create({ login, fullName: 'A name', groups: ['readers'], password })

  it('stand in streams as EventStoreDB has them, which only administrators may read', async () => {
    await create('anna')
    const [created] = log.readForwards('$user-anna', 0, 1)
    expect(created?.type).to.equal('$UserCreated')
    const data = JSON.parse(Buffer.from(created?.data ?? []).toString()) as object
    expect(data).to.include({ loginName: 'anna', fullName: 'A name', disabled: false })
    expect(data).to.have.keys('loginName', 'fullName', 'salt', 'hash', 'algorithm', 'disabled', 'groups')
    const [listed] = log.readForwards('$users', 0, 1)
    expect([listed?.type, Buffer.from(listed?.data ?? []).toString()]).to.deep.equal(['$User', 'anna'])
    const acls = createAcls(log)
    for (const action of ['read', 'write', 'delete'] as const)
      expect(acls.rolesFor(action, '$user-anna')).to.deep.equal(['$admins'])
  })

  it('are there once: the same again is a success, another is a conflict', async () => {
    await Promise.all([create('anna'), create('anna')])
    expect(log.state('$user-anna').lastRevision).to.equal(0)
    const conflict = await failureOf(create('anna', 'another'))
    expect(conflict).to.be.instanceOf(UserError).and.include({ kind: 'user-conflict', login: 'anna' })
  })

  it('are changed one change after the other', async () => {
    await create('anna')
    await Promise.all([
      store.update('anna', 'Another name', ['a']),
      store.disable('anna'),
      store.resetPassword('anna', 'new'),
    ])
    const anna = store.find('anna')
    expect(anna).to.include({ fullName: 'Another name', disabled: true })
    expect(anna?.groups).to.deep.equal(['a'])
    expect(await passwords.verify('new', anna)).to.equal(true)
    await store.enable('anna')
    expect(store.find('anna')?.disabled).to.equal(false)
  })

  it('change their password with the one before', async () => {
    await create('anna')
    expect(await failureOf(store.changePassword('anna', 'wrong', 'new'))).to.be.instanceOf(AccessDeniedError)
    await store.changePassword('anna', 'secret', 'new')
    expect(await passwords.verify('new', store.find('anna'))).to.equal(true)
    expect(await failureOf(store.changePassword('anna', 'new', ''))).to.be.instanceOf(InvalidUserError)
  })

  it('can be removed and made again', async () => {
    await create('anna')
    await create('bert')
    expect(store.list().map(({ loginName }) => loginName)).to.deep.equal(['anna', 'bert'])
    await store.delete('anna')
    expect(store.find('anna')).to.equal(undefined)
    expect(store.list().map(({ loginName }) => loginName)).to.deep.equal(['bert'])
    const gone = await failureOf(store.delete('anna'))
    expect(gone).to.be.instanceOf(UserError).and.include({ kind: 'user-not-found', login: 'anna' })
    await create('anna', 'another')
    expect(await passwords.verify('another', store.find('anna'))).to.equal(true)
    expect(store.list()).to.have.length(2)
  })

  it('have names that credentials and lists can hold', async () => {
    for (const login of ['', '$admins', 'a:b', 'a\nb', 'x'.repeat(201)])
      expect(await failureOf(create(login)), login).to.be.instanceOf(InvalidUserError)
    expect(await failureOf(create('anna', ''))).to.be.instanceOf(InvalidUserError)
    await create('änna@example.org')
    expect(store.find('änna@example.org')).to.include({ loginName: 'änna@example.org' })
  })

  it('are nobody where the stream says something else', async () => {
    await log.append('$user-odd', 'any', [{ ...event(), data: Buffer.from('no JSON') }])
    await log.append('$user-other', 'any', [
      { ...event(), data: Buffer.from(JSON.stringify({ loginName: 'anna', salt: '', hash: '' })) },
    ])
    expect([store.find('odd'), store.find('other')]).to.deep.equal([undefined, undefined])
  })

  it('are admin and ops from the start, with passwords that were given or made up', async () => {
    const made = await createStandardUsers(store, { admin: 'given' })
    expect(made).to.have.keys('ops')
    expect(made.ops).to.match(/^[\w-]{20}$/)
    expect(await passwords.verify('given', store.find('admin'))).to.equal(true)
    expect(await passwords.verify(made.ops ?? '', store.find('ops'))).to.equal(true)
    expect(await createStandardUsers(store, {})).to.deep.equal({})
    expect(store.find('admin')?.revision).to.equal(0)
  })

  it('prove who they are until they change', async () => {
    await create('anna')
    const credentials = createCredentials(store, passwords)
    const anna = { name: 'anna', password: 'secret' }
    expect(await credentials.check(anna)).to.deep.include({ name: 'anna', groups: ['readers'] })
    // known by now: more at once than passwords are checked
    expect(await Promise.all(Array.from({ length: 500 }, () => credentials.check(anna)))).to.have.length(500)
    expect(await failureOf(credentials.check({ ...anna, password: 'wrong' }))).to.be.instanceOf(
      NotAuthenticatedError,
    )
    await store.disable('anna')
    expect(await failureOf(credentials.check(anna))).to.be.instanceOf(NotAuthenticatedError)
    await store.enable('anna')
    await store.resetPassword('anna', 'new')
    expect(await failureOf(credentials.check(anna))).to.be.instanceOf(NotAuthenticatedError)
    expect(await failureOf(credentials.check({ name: 'nobody', password: 'x' }))).to.be.instanceOf(
      NotAuthenticatedError,
    )
  })
})

describe('Access control lists', () => {
  it('are read with one role or several, and closed where they are broken', () => {
    expect(parseAcl({ $r: 'a', $w: ['b', 'c'], $d: [], other: 1 })).to.deep.equal({
      $r: ['a'],
      $w: ['b', 'c'],
      $d: [],
    })
    for (const broken of [null, 'x', [], { $r: 7 }, { $r: 'a', $w: [7] }, { $mw: null }])
      expect(parseAcl(broken).$r, JSON.stringify(broken)).to.deep.equal(['$admins'])
  })

  it('of a stream go before those of its kind, of newer metadata before older', async () => {
    const log = openLog()
    const acls = createAcls(log)
    const put = (stream: string, data: object) =>
      log.append(stream, 'any', [{ ...event(), data: Buffer.from(JSON.stringify(data)) }])
    expect(acls.rolesFor('write', 's')).to.deep.equal(['$all'])
    expect(acls.rolesFor('write', '$s')).to.deep.equal(['$admins'])
    expect(acls.rolesFor('write', '$$s')).to.deep.equal(['$all'])
    expect(acls.rolesFor('write', '$$$s')).to.deep.equal(['$admins'])
    await put('$settings', { $userStreamAcl: { $w: ['u'], $r: ['r'] }, $systemStreamAcl: { $w: 'x' } })
    await put('$$s', { $acl: { $w: 'w' } })
    expect(acls.rolesFor('write', 's')).to.deep.equal(['w'])
    expect(acls.rolesFor('read', 's')).to.deep.equal(['r'])
    expect(acls.rolesFor('delete', 's')).to.deep.equal(['$all'])
    expect(acls.rolesFor('write', '$s')).to.deep.equal(['x'])
    await put('$$s', {})
    expect(acls.rolesFor('write', 's')).to.deep.equal(['u'])
    // nobody but the node
    expect(acls.rolesFor('write', '$all')).to.equal(undefined)
    expect(acls.rolesFor('delete', '$$s')).to.equal(undefined)
    await log.close()
  })
})

describe('Rules', () => {
  const all: readonly Operation[] = [
    'information',
    'gossip',
    'statistics',
    'login',
    'shutdown',
    'scavenge',
    'subscriptions: statistics',
    'subscriptions: create',
    'projections: read',
    'projections: change',
    'users: manage',
    'users: read',
    'users: change password',
  ]
  const allowed = (identity: Identity, login?: string): Operation[] =>
    all.filter((operation) => mayDo(identity, operation, login, {}))

  it('are those of EventStoreDB 23.10', () => {
    expect(allowed(ANONYMOUS)).to.deep.equal(['information', 'gossip'])
    const users: Operation[] = [
      'information',
      'gossip',
      'statistics',
      'login',
      'subscriptions: statistics',
      'projections: read',
    ]
    expect(allowed(user('anna'))).to.deep.equal(users)
    expect(allowed(user('anna'), 'anna')).to.have.members([...users, 'users: read', 'users: change password'])
    const operators: Operation[] = [
      ...users,
      'shutdown',
      'scavenge',
      'subscriptions: create',
      'projections: change',
    ]
    expect(allowed(user('anna', '$ops'))).to.have.members(operators)
    expect(allowed(user('ops'))).to.have.members(operators)
    for (const admin of [user('anna', '$admins'), user('admin'), SYSTEM])
      expect(allowed(admin)).to.have.members([...operators, 'users: manage', 'users: read'])
    expect(mayDo(ANONYMOUS, 'statistics', undefined, { allowAnonymousEndpointAccess: true })).to.equal(true)
  })

  it('take nobody for a group by his name', () => {
    expect(hasRole(user('$readers'), ['$readers'], {})).to.equal(false)
    expect(hasRole(user('readers'), ['readers'], {})).to.equal(true)
    expect(hasRole(user('anna', 'readers'), ['readers'], {})).to.equal(true)
    expect(hasRole(user('anna'), ['$all'], {})).to.equal(true)
    expect(hasRole(user('admin'), [], {})).to.equal(true)
    expect(hasRole(ANONYMOUS, ['$all'], {})).to.equal(false)
    expect(hasRole(ANONYMOUS, ['$all'], { allowAnonymousStreamAccess: true })).to.equal(true)
    expect(hasRole(ANONYMOUS, ['anonymous', '$ops'], { allowAnonymousStreamAccess: true })).to.equal(false)
  })

  it('refuse a method that nobody has thought about', () => {
    expect(operationOf('/event_store.client.operations.Operations/Shutdown')).to.equal('shutdown')
    expect(operationOf('/event_store.client.streams.Streams/Read')).to.equal(undefined)
    for (const path of [
      '/event_store.client.streams.Streams/Erase',
      '/other.Service/Call',
      '',
      '/constructor/constructor',
    ])
      expect(() => operationOf(path), path).to.throw(AccessDeniedError)
  })
})
