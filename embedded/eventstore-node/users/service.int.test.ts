import {
  AccessDeniedError,
  convertToCommandError,
  LoginConflictError,
  LoginNotFoundError,
} from '@eventstore/db-client'
import { status, type ServiceError } from '@grpc/grpc-js'
import { expect } from 'chai'
import { operationOf } from './methods.ts'
import { ADMIN, OPS, startSecuredNode, type SecuredNode } from '../testing/secured-node.ts'
import { usersOf, type UsersApi } from './testing/users-api.ts'

/** As the official client would make it of a failed call. */
async function failureOf(call: Promise<unknown>): Promise<{ code: number; error: Error }> {
  try {
    await call
  } catch (error) {
    const { code } = error as ServiceError
    return { code, error: convertToCommandError(error as ServiceError) }
  }
  throw new Error('it did not fail')
}

describe('The service for users', function () {
  this.timeout(60_000)
  let secured: SecuredNode
  const apis: UsersApi[] = []
  const as = (who?: string): UsersApi => {
    const api = usersOf(secured, who)
    apis.push(api)
    return api
  }

  before(async () => {
    secured = await startSecuredNode()
  })
  after(async () => {
    for (const api of apis) api.close()
    await secured.close()
  })

  it('makes, shows, changes and removes users for administrators', async () => {
    const admin = as(ADMIN)
    await admin.create('anna', { fullName: 'Anna', groups: ['a', 'b'], password: 'secret' })
    const [anna] = await admin.details('anna')
    expect(anna).to.deep.include({
      loginName: 'anna',
      fullName: 'Anna',
      groupsList: ['a', 'b'],
      disabled: false,
    })
    expect(Number(anna?.lastUpdated?.ticksSinceEpoch) / 10_000).to.be.closeTo(Date.now(), 60_000)
    await admin.update('anna', { fullName: 'Anna B.', groups: [] })
    await admin.disable('anna')
    expect((await admin.details('anna'))[0]).to.include({ fullName: 'Anna B.', disabled: true })
    await admin.enable('anna')
    expect((await admin.details()).map(({ loginName }) => loginName)).to.deep.equal(['admin', 'anna', 'ops'])
    await admin.delete('anna')
    expect((await admin.details()).map(({ loginName }) => loginName)).to.deep.equal(['admin', 'ops'])
  })

  it('fails in the ways that the client tells apart', async () => {
    const admin = as(ADMIN)
    const nobody = [
      admin.update('nobody', {}),
      admin.delete('nobody'),
      admin.enable('nobody'),
      admin.disable('nobody'),
      admin.resetPassword('nobody', 'x'),
      admin.details('nobody'),
    ]
    for (const call of nobody) {
      const { code, error } = await failureOf(call)
      expect(code).to.equal(status.NOT_FOUND)
      expect(error).to.be.instanceOf(LoginNotFoundError).and.include({ LoginName: 'nobody' })
      expect(error.message).to.include("User 'nobody' is not found.")
    }
    const conflict = await failureOf(admin.create('ops', { password: 'another' }))
    expect(conflict.code).to.equal(status.FAILED_PRECONDITION)
    expect(conflict.error).to.be.instanceOf(LoginConflictError).and.include({ LoginName: 'ops' })
    expect((await failureOf(admin.create('$x', { password: 'x' }))).code).to.equal(status.INVALID_ARGUMENT)
    expect((await failureOf(admin.create('x', {}))).code).to.equal(status.INVALID_ARGUMENT)
  })

  it('is for administrators, but for what concerns oneself', async () => {
    await as(ADMIN).create('bert', { password: 'secret' })
    const bert = as('bert:secret')
    expect((await bert.details('bert'))[0]).to.include({ loginName: 'bert' })
    for (const who of [bert, as(OPS), as()]) {
      const calls = [
        who.create('carl', { password: 'x' }),
        who.update('bert', { groups: ['$admins'] }),
        who.delete('ops'),
        who.enable('ops'),
        who.disable('ops'),
        who.resetPassword('admin', 'x'),
        who.changePassword('admin', 'a dministrator', 'x'),
        who.details('admin'),
        who.details(),
      ]
      for (const call of calls) {
        const { code, error } = await failureOf(call)
        expect(code).to.equal(status.PERMISSION_DENIED)
        expect(error).to.be.instanceOf(AccessDeniedError)
      }
    }
    const unknown = await failureOf(as('bert:wrong').details('bert'))
    expect(unknown.code).to.equal(status.UNAUTHENTICATED)
    expect(unknown.error).to.be.instanceOf(AccessDeniedError)
  })

  it('changes passwords, from then on only the new one is right', async () => {
    await as(ADMIN).create('carl', { password: 'one' })
    const carl = as('carl:one')
    expect((await failureOf(carl.changePassword('carl', 'wrong', 'two'))).code).to.equal(
      status.PERMISSION_DENIED,
    )
    await carl.changePassword('carl', 'one', 'two')
    expect((await failureOf(carl.details('carl'))).code).to.equal(status.UNAUTHENTICATED)
    expect(await as('carl:two').details('carl')).to.have.length(1)
    await as(ADMIN).resetPassword('carl', 'three')
    expect((await failureOf(as('carl:two').details('carl'))).code).to.equal(status.UNAUTHENTICATED)
    expect(await as('carl:three').details('carl')).to.have.length(1)
  })

  it('has a rule for each method that the node offers', () => {
    const { methods } = secured.node
    expect(methods).to.include('/event_store.client.users.Users/ResetPassword')
    for (const path of methods) operationOf(path)
  })
})
