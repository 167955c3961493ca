import type http from 'node:http'
import https from 'node:https'
import fs from 'node:fs'
import { expect } from 'chai'
import { eventually } from '../persistent/testing/eventually.ts'
import { ADMIN, OPS, startSecuredNode, type SecuredNode } from '../testing/secured-node.ts'

interface Answer {
  readonly status: number | undefined
  readonly headers: http.IncomingHttpHeaders
  readonly text: string
}

const fields = ({ text }: Answer): Record<string, unknown> => JSON.parse(text) as Record<string, unknown>
const dataOf = (answer: Answer): Record<string, unknown> => fields(answer)['data'] as Record<string, unknown>

describe('A node with users, over HTTP', function () {
  this.timeout(60_000)
  let secured: SecuredNode
  let shutdowns = 0

  before(async () => {
    secured = await startSecuredNode({ onShutdown: () => shutdowns++ })
  })
  after(() => secured.close())

  interface Request {
    readonly who?: string
    readonly body?: unknown
    readonly headers?: http.OutgoingHttpHeaders
  }
  const call = (method: string, path: string, { who, body, headers = {} }: Request = {}): Promise<Answer> =>
    new Promise((resolve, reject) => {
      const request = https.request(
        `${secured.url}${path}`,
        {
          method,
          ca: fs.readFileSync(secured.caFile),
          headers: {
            ...(who === undefined ? {} : { authorization: secured.basic(who) }),
            ...(body === undefined ? {} : { 'content-type': 'application/json' }),
            ...headers,
          },
        },
        (response) => {
          let text = ''
          response.setEncoding('utf8').on('data', (part: string) => (text += part))
          response.once('end', () => {
            resolve({ status: response.statusCode, headers: response.headers, text })
          })
        },
      )
      request.once('error', reject)
      request.end(typeof body === 'string' ? body : body === undefined ? undefined : JSON.stringify(body))
    })
  const statusOf = async (method: string, path: string, request?: Request): Promise<number | undefined> =>
    (await call(method, path, request)).status

  describe('/users', () => {
    it('makes, shows, changes and removes users', async () => {
      const created = await call('POST', '/users/', {
        who: ADMIN,
        body: { LoginName: 'anna', fullName: 'Anna', groups: ['a'], password: 'secret' },
      })
      expect([created.status, created.headers.location]).to.deep.equal([201, `${secured.url}/users/anna`])
      expect(fields(created)).to.deep.equal({ loginName: 'anna', success: true, error: 'Success' })
      const anna = dataOf(await call('GET', '/users/anna', { who: ADMIN }))
      expect(anna).to.deep.include({ loginName: 'anna', fullName: 'Anna', groups: ['a'], disabled: false })
      expect(JSON.stringify(anna))
        .to.include(`${secured.url}/users/anna/command/disable`)
        .and.not.match(/hash|salt/i)
      expect(dataOf(await call('GET', '/users/$current', { who: 'anna:secret' }))).to.include({
        loginName: 'anna',
      })
      expect(dataOf(await call('GET', '/admin/login', { who: 'anna:secret' }))).to.include({
        loginName: 'anna',
      })
      expect(
        await statusOf('PUT', '/users/anna', { who: ADMIN, body: { fullName: 'A.', groups: [] } }),
      ).to.equal(200)
      const change = { currentPassword: 'secret', newPassword: 'new' }
      expect(
        await statusOf('POST', '/users/anna/command/change-password', { who: 'anna:secret', body: change }),
      ).to.equal(200)
      expect(await statusOf('GET', '/users/$current', { who: 'anna:secret' })).to.equal(401)
      expect(
        await statusOf('POST', '/users/anna/command/change-password', { who: 'anna:new', body: change }),
      ).to.equal(401)
      const reset = { newPassword: 'reset' }
      expect(
        await statusOf('POST', '/users/anna/command/reset-password', { who: ADMIN, body: reset }),
      ).to.equal(200)
      expect(await statusOf('GET', '/users/$current', { who: 'anna:reset' })).to.equal(200)
      expect(await statusOf('POST', '/users/anna/command/disable', { who: ADMIN })).to.equal(200)
      expect(await statusOf('GET', '/users/$current', { who: 'anna:reset' })).to.equal(401)
      expect(await statusOf('POST', '/users/anna/command/enable', { who: ADMIN })).to.equal(200)
      const listed = fields(await call('GET', '/users', { who: ADMIN }))['data'] as { loginName: string }[]
      expect(listed.map(({ loginName }) => loginName)).to.include.members(['admin', 'anna', 'ops'])
      expect(await statusOf('DELETE', '/users/anna', { who: ADMIN })).to.equal(200)
      expect(await statusOf('GET', '/users/anna', { who: ADMIN })).to.equal(404)
    })

    it('says what is wrong', async () => {
      const post = (body: unknown, headers = {}): Promise<Answer> =>
        call('POST', '/users', { who: ADMIN, body, headers })
      expect(await post('{')).to.include({ status: 400, text: 'The body is no JSON.' })
      expect((await post({ loginName: 7 })).text).to.include('loginName')
      expect(
        (await post({ loginName: 'x', password: 'x' }, { 'content-type': 'text/plain' })).status,
      ).to.equal(400)
      expect((await post({ loginName: 'a:b', password: 'x' })).text).to.include("'a:b' can't be a login name")
      const conflict = await post({ loginName: 'ops', password: 'another' })
      expect([conflict.status, fields(conflict)]).to.deep.equal([
        409,
        { loginName: 'ops', success: false, error: 'Conflict' },
      ])
      expect(await statusOf('DELETE', '/users/nobody', { who: ADMIN })).to.equal(404)
    })
  })

  describe('/admin', () => {
    it('does what operators ask for', async () => {
      for (const path of [
        '/admin/mergeindexes',
        '/admin/node/resign',
        '/admin/node/priority/-1',
        '/admin/reloadconfig',
      ])
        expect(await statusOf('POST', path, { who: OPS }), path).to.equal(200)
      expect(await call('POST', '/admin/node/priority/x', { who: OPS })).to.include({
        status: 400,
        text: 'nodePriority must be an integer.',
      })
      const before = shutdowns
      expect(await statusOf('POST', '/admin/shutdown', { who: OPS })).to.equal(200)
      await eventually(() => shutdowns === before + 1)
    })

    it('checks what a scavenge is asked for, begins it, and says how it ended', async () => {
      for (const [query, said] of [
        ['startFromChunk=-1', 'startFromChunk must be a positive integer'],
        ['threads=0', 'threads must be a 1 or above'],
        ['threshold=x', 'threshold must be an integer'],
        ['throttlePercent=101', 'throttlePercent must be between 1 and 100 inclusive'],
        ['threads=2&throttlePercent=50', 'throttlePercent must be 100 for a multi-threaded scavenge'],
        ['syncOnly=perhaps', 'syncOnly must be a boolean'],
      ] as const)
        expect(await call('POST', `/admin/scavenge?${query}`, { who: OPS })).to.include({
          status: 400,
          text: said,
        })
      const how = '?startFromChunk=0&threads=1&threshold=-1&throttlePercent=100&syncOnly=False'
      const begun = fields(await call('POST', `/admin/scavenge${how}`, { who: OPS }))
      const scavengeLink = `/admin/scavenge/${String(begun['scavengeId'])}`
      const scavenge = async (which: string): Promise<Record<string, unknown>> =>
        fields(await call('GET', `/admin/scavenge/${which}`, { who: OPS }))
      await eventually(async () => (await scavenge('current'))['scavengeId'] === '')
      expect(await scavenge('last')).to.deep.equal({ ...begun, scavengeLink, scavengeResult: 'Success' })
      expect(await call('DELETE', scavengeLink, { who: OPS })).to.include({
        status: 404,
        text: 'Scavenge Id does not exist',
      })
    })
  })

  it('asks for credentials, and refuses those that are not enough', async () => {
    const routes: readonly (readonly [string, string, ...number[]])[] = [
      // path, and the statuses for nobody, a user, an operator
      ['GET', '/streams/open-1', 401, 404, 404],
      ['GET', '/streams/$all', 401, 401, 401],
      ['GET', '/streams/open-1/metadata', 401, 200, 200],
      ['GET', '/streams/$x/metadata', 401, 401, 401],
      ['GET', '/stats', 401, 200, 200],
      ['GET', '/gossip', 200, 200, 200],
      ['GET', '/info', 200, 200, 200],
      ['GET', '/health/live', 204, 204, 204],
      ['GET', '/subscriptions', 401, 200, 200],
      ['POST', '/subscriptions/restart', 401, 401, 200],
      ['POST', '/subscriptions/s/g/replayParked', 401, 401, 404],
      ['GET', '/projections/any', 401, 200, 200],
      ['POST', '/projections/restart', 401, 401, 200],
      ['POST', '/projection/$streams/command/enable', 401, 401, 200],
      ['GET', '/users', 401, 401, 401],
      ['GET', '/users/ops', 401, 401, 200],
      ['POST', '/users', 401, 401, 401],
      ['PUT', '/users/ops', 401, 401, 401],
      ['DELETE', '/users/ops', 401, 401, 401],
      ['POST', '/users/ops/command/disable', 401, 401, 401],
      ['POST', '/users/ops/command/reset-password', 401, 401, 401],
      ['POST', '/users/admin/command/change-password', 401, 401, 401],
      ['POST', '/admin/shutdown', 401, 401, 200],
      ['POST', '/admin/scavenge', 401, 401, 200],
      ['DELETE', '/admin/scavenge/unknown', 401, 401, 404],
      ['GET', '/admin/scavenge/current', 401, 401, 200],
      ['POST', '/admin/mergeindexes', 401, 401, 200],
      ['POST', '/admin/node/resign', 401, 401, 200],
      ['POST', '/admin/node/priority/1', 401, 401, 200],
      ['POST', '/admin/reloadconfig', 401, 401, 200],
      ['GET', '/admin/login', 401, 200, 200],
    ]
    await call('POST', '/users', { who: ADMIN, body: { loginName: 'bert', password: 'secret' } })
    for (const [method, path, ...expected] of routes) {
      const seen: unknown[] = []
      for (const who of [undefined, 'bert:secret', OPS])
        seen.push(await statusOf(method, path, who === undefined ? {} : { who }))
      expect(seen, `${method} ${path}`).to.deep.equal(expected)
      expect(await statusOf(method, path, { who: 'bert:wrong' }), path).to.equal(401)
    }
    expect((await call('GET', '/stats')).headers['www-authenticate']).to.match(/^Basic realm=/)
  })

  it('says in /info how to sign in', async () => {
    expect(fields(await call('GET', '/info'))).to.deep.include({
      features: { projections: true, userManagement: true, atomPub: true },
      authentication: { type: 'internal', properties: null },
    })
  })

  describe('/web', () => {
    const signIn = (body: Record<string, string>, headers = {}): Promise<Answer> =>
      call('POST', '/web/sign-in', {
        body: new URLSearchParams(body).toString(),
        headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
      })
    const cookieOf = ({ headers }: Answer): string => headers['set-cookie']?.[0]?.split(';')[0] ?? ''

    it('leads who has not signed in to where that is done, and back', async () => {
      const asked = await call('GET', '/web/streams?q=x')
      expect([asked.status, asked.headers.location]).to.deep.equal([
        303,
        '/web/sign-in?to=%2Fweb%2Fstreams%3Fq%3Dx',
      ])
      const page = await call('GET', asked.headers.location ?? '')
      expect([page.status, page.text.includes('value="/web/streams?q=x"')]).to.deep.equal([200, true])
      const done = await signIn({ login: 'admin', password: 'a dministrator', to: '/web/streams?q=x' })
      expect([done.status, done.headers.location]).to.deep.equal([303, '/web/streams?q=x'])
      expect(done.headers['set-cookie']?.[0]).to.match(
        /^eventstore-node-\d+=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict; Secure$/,
      )
      const cookie = cookieOf(done)
      const shown = await call('GET', '/web', { headers: { cookie } })
      expect(shown.status).to.equal(200)
      expect(shown.text).to.include('Sign out').and.include('admin')
      const out = await call('POST', '/web/sign-out', { headers: { cookie } })
      expect([out.status, out.headers.location]).to.deep.equal([303, '/web/sign-in'])
      expect((await call('GET', '/web', { headers: { cookie } })).status).to.equal(303)
    })

    it('refuses wrong passwords, and leads nowhere else', async () => {
      const wrong = await signIn({ login: 'admin', password: 'x', to: '/web' })
      expect([wrong.status, wrong.headers['set-cookie']]).to.deep.equal([401, undefined])
      expect(wrong.text).to.include('There is no such user with this password.')
      for (const to of [
        'https://evil.example/web',
        '//evil.example',
        '/\\evil.example',
        '/webevil',
        'javascript:alert(1)',
      ]) {
        const done = await signIn({ login: 'admin', password: 'a dministrator', to })
        expect(done.headers.location, to).to.equal('/web')
      }
      expect(
        (await signIn({ login: 'admin', password: 'a dministrator' }, { origin: 'https://evil.example' }))
          .status,
      ).to.equal(403)
    })

    it('shows each what he may see', async () => {
      await call('POST', '/users', { who: ADMIN, body: { loginName: 'carl', password: 'secret' } })
      const cookie = cookieOf(await signIn({ login: 'carl', password: 'secret' }))
      const get = (path: string): Promise<Answer> => call('GET', path, { headers: { cookie } })
      const overview = await get('/web')
      expect(overview.status).to.equal(403)
      expect(overview.text).to.include('carl may not see or do this')
      expect((await get('/web/streams/%24users')).status).to.equal(403)
      expect((await get('/web/subscriptions')).status).to.equal(200)
      const replay = await call('POST', '/web/projections/%24streams/enable', {
        headers: { cookie, origin: secured.url },
      })
      expect(replay.status).to.equal(403)
    })

    it('knows no session that it did not give', async () => {
      const name = `eventstore-node-${secured.node.port}`
      for (const cookie of [`${name}=`, `${name}=${'A'.repeat(43)}`, 'other=1'])
        expect((await call('GET', '/web', { headers: { cookie } })).status).to.equal(303)
    })
  })
})
