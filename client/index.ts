import createFetchClient from 'openapi-fetch'
import type { Client } from 'openapi-fetch'
import type { components, paths } from './schema.ts'

export type { components, operations, paths } from './schema.ts'

/** A schema of the API by its name, for instance `Schema<'Order'>`. */
export type Schema<Name extends keyof components['schemas']> = components['schemas'][Name]

export interface ClientOptions {
  /** Where the API is, without the version: `https://orders.example.com`. */
  readonly baseUrl: string
  /** The access token to send, asked for with every request; undefined where nobody is signed in. */
  readonly accessToken?: () => string | undefined | Promise<string | undefined>
  /** Instead of the global `fetch`. */
  readonly fetch?: (request: Request) => Promise<Response>
}

export type OrderstreamClient = Client<paths>

/**
 * A client of the Orderstream API whose paths, parameters, bodies and answers are typed from the API's own document. Each
 * call gives either `data` or `error`, a problem (RFC 9457), beside the `response` with its header fields.
 */
export const createClient = ({ baseUrl, accessToken, fetch }: ClientOptions): OrderstreamClient => {
  const client = createFetchClient<paths>({ baseUrl, ...(fetch && { fetch }) })
  if (accessToken) {
    client.use({
      onRequest: async ({ request }) => {
        const token = await accessToken()
        if (token !== undefined) request.headers.set('authorization', `Bearer ${token}`)
        return request
      },
    })
  }
  return client
}

export { followOrder, FollowRefusedError } from './follow.ts'
export type { FollowOptions } from './follow.ts'
