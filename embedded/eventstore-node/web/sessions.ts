import { randomBytes } from 'node:crypto'
import type { Identity } from '../users/access.ts'

/** People who signed in on a page. */
export interface Sessions {
  /** Whose session the cookies name; undefined: nobody's. */
  identityOf(cookies: string | undefined, port: string): Identity | undefined
  /** @returns the cookie to set */
  open(identity: Identity, port: string, secure: boolean): string
  /** @returns the cookie that removes itself */
  close(cookies: string | undefined, port: string): string
}

interface Session {
  readonly identity: Identity
  expires: number
}

/** Milliseconds without a request after which somebody has to sign in again. */
const IDLE = 8 * 60 * 60 * 1000
const MOST = 1000

/** Browsers send cookies to all ports of a machine: each node has a name of its own for it. */
const nameOf = (port: string): string => `eventstore-node-${port}`

function tokenIn(cookies: string | undefined, port: string): string | undefined {
  const prefix = `${nameOf(port)}=`
  return cookies
    ?.split(/; */)
    .find((cookie) => cookie.startsWith(prefix))
    ?.slice(prefix.length)
}

/** @param now milliseconds since the Unix epoch */
export function createSessions(now: () => number): Sessions {
  const sessions = new Map<string, Session>()

  return {
    identityOf(cookies, port) {
      const session = sessions.get(tokenIn(cookies, port) ?? '')
      if (session === undefined || session.expires < now()) return undefined
      session.expires = now() + IDLE
      return session.identity
    },
    open(identity, port, secure) {
      const [oldest] = sessions.keys()
      if (sessions.size >= MOST && oldest !== undefined) sessions.delete(oldest)
      const token = randomBytes(32).toString('base64url')
      sessions.set(token, { identity, expires: now() + IDLE })
      return `${nameOf(port)}=${token}; Path=/; HttpOnly; SameSite=Strict${secure ? '; Secure' : ''}`
    },
    close(cookies, port) {
      sessions.delete(tokenIn(cookies, port) ?? '')
      return `${nameOf(port)}=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0`
    },
  }
}
