import { BalancedPool } from 'undici'
import { StartError } from '../start/start-error.ts'

/** What the load driver looks at in the API's answers. */
export interface OrderView {
  readonly id: string
  readonly status: string
  readonly items: readonly { readonly sku: string; readonly quantity: number }[]
  readonly totals: { readonly total: { readonly amount: number } }
  readonly payment: {
    readonly captured: { readonly amount: number }
    readonly refunded: { readonly amount: number }
  }
  readonly cancellation: { readonly reason: string } | null
  readonly history: readonly { readonly status: string; readonly at: string }[]
}

export interface StockView {
  readonly onHand: number
  readonly reserved: number
  readonly available: number
}

export interface Answer<Body> {
  readonly status: number
  readonly body: Body
}

/** Who asks. */
export interface Session {
  readonly get: <Body>(path: string) => Promise<Answer<Body>>
  readonly post: <Body>(
    path: string,
    body: object,
    headers?: Readonly<Record<string, string>>,
  ) => Promise<Answer<Body>>
}

export interface ShopClient {
  /** Signs in, and again whenever the token is about to expire. @throws StartError where the shop says no or is not there */
  readonly signIn: (email: string, password: string) => Promise<Session>
  readonly close: () => Promise<void>
}

const CONNECTIONS = 256
/** Of the 15 minutes that a token is good for. */
const RENEW_MS = 10 * 60_000

/** Over connections that are kept open, to each of `urls` in turn; a call that finds none free waits, and that time counts. */
export const connectShop = (urls: readonly string[]): ShopClient => {
  const url = urls.join(', ')
  const pool = new BalancedPool([...urls], {
    ...{ connections: CONNECTIONS, headersTimeout: 120_000, bodyTimeout: 120_000 },
  })

  const call = async (
    method: 'GET' | 'POST',
    path: string,
    headers: Readonly<Record<string, string>>,
    body?: object,
  ): Promise<Answer<unknown>> => {
    const answer = await pool.request({
      method,
      path: `/api/v1${path}`,
      headers: { ...headers, ...(body !== undefined && { 'content-type': 'application/json' }) },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    const text = await answer.body.text()
    return { status: answer.statusCode, body: text === '' ? undefined : JSON.parse(text) }
  }

  const tokenOf = async (email: string, password: string): Promise<string> => {
    const { status, body } = await call('POST', '/auth/login', {}, { email, password }).catch(
      (cause: unknown) => {
        throw new StartError(`Nothing answers at ${url}: start it with "RATE_LIMITS=off npm start".`, {
          cause,
        })
      },
    )
    if (status === 200) return (body as { accessToken: string }).accessToken
    throw new StartError(
      `${email} can't sign in at ${url} (${status}): see LOAD_CUSTOMER, LOAD_STAFF and LOAD_PASSWORD in --help.`,
    )
  }

  return {
    signIn: async (email, password) => {
      let token = tokenOf(email, password)
      let renewAt = performance.now() + RENEW_MS
      await token
      const authorization = async (): Promise<{ authorization: string }> => {
        if (performance.now() > renewAt) {
          renewAt = performance.now() + RENEW_MS
          token = tokenOf(email, password)
        }
        return { authorization: `Bearer ${await token}` }
      }
      // the API's own tests hold its answers against its document
      return {
        get: async <Body>(path: string) => (await call('GET', path, await authorization())) as Answer<Body>,
        post: async <Body>(path: string, body: object, headers: Readonly<Record<string, string>> = {}) =>
          (await call('POST', path, { ...(await authorization()), ...headers }, body)) as Answer<Body>,
      }
    },
    close: () => pool.destroy(),
  }
}
