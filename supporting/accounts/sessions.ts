import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import type { KeyValueStore } from '../key-value/key-value.ts'
import { digestOf, newSecret } from './secrets.ts'

// A session is a family of refresh tokens: each is used once and gives the next (RFC 9700, section 4.14.2). One that comes
// a second time was stolen, or its thief was faster: nobody can tell which, so the whole family ends.

export interface Session {
  readonly accountId: string
  readonly begunAt: Date
}

export interface RefreshToken {
  readonly refreshToken: string
  /** Seconds. Each use begins them anew. */
  readonly expiresIn: number
}

export type Refreshed =
  | { readonly kind: 'refreshed'; readonly session: Session; readonly token: RefreshToken }
  /** Never given, expired, or its session has ended. */
  | { readonly kind: 'invalid' }
  /** Used before: the session has ended now. */
  | { readonly kind: 'reused'; readonly accountId: string }

export interface Sessions {
  begin(session: Session): Promise<RefreshToken>
  refresh(refreshToken: string): Promise<Refreshed>
  /** Ends the session that a refresh token belongs to, if there is one. */
  end(refreshToken: string): Promise<void>
}

const SESSION_MS = 30 * 24 * 3_600_000

const StoredSession = z.strictObject({ accountId: z.string(), begunAt: z.coerce.date() })
const StoredToken = z.strictObject({ sessionId: z.string(), accountId: z.string(), used: z.boolean() })
type StoredToken = z.output<typeof StoredToken>

const sessionKey = (id: string): string => `session:${id}`
const tokenKey = (secret: string): string => `refresh:${digestOf(secret)}`

export const createSessions = (store: KeyValueStore, sessionMs = SESSION_MS): Sessions => {
  const issue = async (token: Omit<StoredToken, 'used'>): Promise<RefreshToken> => {
    const refreshToken = newSecret()
    await store.put(tokenKey(refreshToken), JSON.stringify({ ...token, used: false }), sessionMs)
    return { refreshToken, expiresIn: Math.floor(sessionMs / 1000) }
  }

  const find = async (refreshToken: string): Promise<{ raw: string; token: StoredToken } | undefined> => {
    const raw = await store.get(tokenKey(refreshToken))
    return raw === undefined ? undefined : { raw, token: StoredToken.parse(JSON.parse(raw)) }
  }

  return {
    begin: async (session) => {
      const sessionId = randomUUID()
      await store.put(sessionKey(sessionId), JSON.stringify(session), sessionMs)
      return issue({ sessionId, accountId: session.accountId })
    },

    refresh: async (refreshToken) => {
      const found = await find(refreshToken)
      if (found === undefined) return { kind: 'invalid' }
      const { sessionId, accountId } = found.token
      const session = await store.get(sessionKey(sessionId))
      if (session === undefined) return { kind: 'invalid' }

      const used = JSON.stringify({ ...found.token, used: true })
      const isFirstUse =
        !found.token.used && (await store.replace(tokenKey(refreshToken), found.raw, used, sessionMs))
      if (!isFirstUse) {
        await store.delete(sessionKey(sessionId))
        return { kind: 'reused', accountId }
      }
      // only where it has not ended meanwhile
      if (!(await store.replace(sessionKey(sessionId), session, session, sessionMs)))
        return { kind: 'invalid' }
      const token = await issue({ sessionId, accountId })
      return { kind: 'refreshed', session: StoredSession.parse(JSON.parse(session)), token }
    },

    end: async (refreshToken) => {
      const found = await find(refreshToken)
      if (found !== undefined) await store.delete(sessionKey(found.token.sessionId))
    },
  }
}
