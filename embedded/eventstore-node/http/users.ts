import { z } from 'zod'
import type { Access, Operation } from '../users/access.ts'
import { InvalidUserError, UserError } from '../users/errors.ts'
import type { StoredUser, UserStore } from '../users/store.ts'
import { isoTime } from './atom.ts'
import { json, segmentsOf, text, type HttpAnswer, type HttpRequest, type HttpRoute } from './exchange.ts'

const OWN = '$current'

/** .NET reads names whatever the case of their first letter. */
const camelCase = (value: unknown): unknown =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(
        Object.entries(value).map(([name, inner]) => [name.slice(0, 1).toLowerCase() + name.slice(1), inner]),
      )
    : value

const fields = { fullName: z.string().nullish(), groups: z.array(z.string()).nullish() }
const newUser = z.object({ ...fields, loginName: z.string(), password: z.string() })
const userUpdate = z.object(fields)
const passwordReset = z.object({ newPassword: z.string() })
const passwordChange = z.object({ currentPassword: z.string(), newPassword: z.string() })

async function bodyOf<T>({ headers, body }: HttpRequest, schema: z.ZodType<T>): Promise<T> {
  if (!/^[a-z]+\/([\w.-]+\+)?json\b/i.test(headers['content-type'] ?? ''))
    throw new InvalidUserError('A body in JSON is needed, and content-type has to say so.')
  let parsed: unknown
  try {
    parsed = camelCase(JSON.parse((await body()).toString('utf8')))
  } catch (error) {
    if (error instanceof SyntaxError) throw new InvalidUserError('The body is no JSON.')
    throw error
  }
  const result = schema.safeParse(parsed)
  if (!result.success)
    throw new InvalidUserError(`The body can't be understood: ${z.prettifyError(result.error)}`)
  return result.data
}

const done = (loginName: string): HttpAnswer => json({ loginName, success: true, error: 'Success' })

const ERRORS = {
  'user-not-found': [404, 'NotFound'],
  'user-conflict': [409, 'Conflict'],
} as const

function failed(error: unknown, loginName: string): HttpAnswer {
  if (error instanceof InvalidUserError) return text(error.message, 400)
  if (!(error instanceof UserError)) throw error
  const [status, name] = ERRORS[error.kind]
  return json({ loginName, success: false, error: name }, status)
}

function shown({ loginName, fullName, groups, disabled, updated }: StoredUser, origin: string): object {
  const url = `${origin}/users/${encodeURIComponent(loginName)}`
  const link = (path: string, rel: string): object => ({ href: `${url}${path}`, rel })
  return {
    loginName,
    fullName,
    groups,
    dateLastUpdated: isoTime(updated),
    disabled,
    links: [
      link('/command/reset-password', 'reset-password'),
      link('/command/change-password', 'change-password'),
      link('', 'edit'),
      link('', 'delete'),
      disabled ? link('/command/enable', 'enable') : link('/command/disable', 'disable'),
    ],
  }
}

const found = (data: unknown): HttpAnswer => json({ data, success: true, error: 'Success' })

/** `/users/…`: users are listed, made, changed and removed. */
export function usersRoute(store: UserStore, access: Access): HttpRoute {
  return async (request) => {
    const segments = segmentsOf(request.url)
    if (segments?.[0] !== 'users') return undefined
    const [, login = '', what, command] = segments
    try {
      if (what === undefined) return await user(request, login)
      return what === 'command' && request.method === 'POST' && segments.length === 4
        ? await change(request, login, command ?? '')
        : undefined
    } catch (error) {
      return failed(error, login)
    }
  }

  async function user(request: HttpRequest, login: string): Promise<HttpAnswer | undefined> {
    const { method, url } = request
    const may = (operation: Operation): void => {
      access.require(request.user, operation, login)
    }
    switch (`${method} ${login === '' ? 'all' : login === OWN ? 'own' : 'one'}`) {
      case 'GET all':
        may('users: manage')
        return found(store.list().map((each) => shown(each, url.origin)))
      case 'POST all':
        may('users: manage')
        return create(request)
      case 'GET own':
        may('users: current')
        return one(request.user.name, url.origin)
      case 'GET one':
        may('users: read')
        return one(login, url.origin)
      case 'PUT one': {
        may('users: manage')
        const { fullName, groups } = await bodyOf(request, userUpdate)
        await store.update(login, fullName ?? '', groups ?? [])
        return done(login)
      }
      case 'DELETE one':
        may('users: manage')
        await store.delete(login)
        return done(login)
      default:
        return undefined
    }
  }

  function one(login: string, origin: string): HttpAnswer {
    const user = store.find(login)
    if (user === undefined) throw new UserError('user-not-found', login)
    return found(shown(user, origin))
  }

  async function create(request: HttpRequest): Promise<HttpAnswer> {
    const { loginName, fullName, groups, password } = await bodyOf(request, newUser)
    try {
      await store.create({ login: loginName, fullName: fullName ?? '', groups: groups ?? [], password })
    } catch (error) {
      return failed(error, loginName)
    }
    const location = `${request.url.origin}/users/${encodeURIComponent(loginName)}`
    const answer = done(loginName)
    return { ...answer, status: 201, headers: { ...answer.headers, location } }
  }

  async function change(
    request: HttpRequest,
    login: string,
    command: string,
  ): Promise<HttpAnswer | undefined> {
    const may = (operation: Operation): void => {
      access.require(request.user, operation, login)
    }
    switch (command) {
      case 'enable':
      case 'disable':
        may('users: manage')
        await store[command](login)
        return done(login)
      case 'reset-password':
        may('users: manage')
        await store.resetPassword(login, (await bodyOf(request, passwordReset)).newPassword)
        return done(login)
      case 'change-password': {
        may('users: change password')
        const { currentPassword, newPassword } = await bodyOf(request, passwordChange)
        await store.changePassword(login, currentPassword, newPassword)
        return done(login)
      }
      default:
        return undefined
    }
  }
}
