import { isIPv6 } from 'node:net'
import type { FastifyBaseLogger, FastifyInstance, FastifyRequest } from 'fastify'
import { DeadlineError, withDeadline } from '../../platform/with-deadline.ts'
import type { Count, KeyValueStore } from '../../supporting/key-value/key-value.ts'
import { KeyValueUnavailableError } from '../../supporting/key-value/key-value.ts'
import { ProblemError, retryAfter } from '../problems.ts'

/** So many requests within so many seconds. */
export interface RateLimit {
  readonly requests: number
  readonly seconds: number
}

/** What a route counts as; `none` is not limited. */
export type RateLimitClass = 'default' | 'sign-in' | 'orders' | 'payments' | 'none'

export interface RateLimits {
  /** Of an account, for each class of routes. */
  readonly account: Readonly<Record<Exclude<RateLimitClass, 'none' | 'sign-in'>, RateLimit>>
  readonly service: Readonly<Record<Exclude<RateLimitClass, 'none' | 'sign-in'>, RateLimit>>
  /** Of an address that nobody is signed in from. Signing in counts by address for everybody. */
  readonly address: Readonly<Record<'default' | 'sign-in', RateLimit>>
}

const aMinute = (requests: number): RateLimit => ({ requests, seconds: 60 })

/** Far above what people do by hand, and below what wears an installation out. */
export const DEFAULT_RATE_LIMITS: RateLimits = {
  account: { default: aMinute(3_000), orders: aMinute(600), payments: aMinute(600) },
  service: { default: aMinute(30_000), orders: aMinute(6_000), payments: aMinute(6_000) },
  address: { default: aMinute(3_000), 'sign-in': aMinute(120) },
}

/** How long a request may wait to be counted, and how long nobody is counted after one that could not be, in milliseconds. */
const COUNTING = { withinMs: 1_000, pauseMs: 1_000 }

/**
 * Counts requests by who sends them, in windows of fixed length that all instances share, and refuses what is above the limit.
 * Answers tell where they stand (RateLimit-Policy and RateLimit of draft-ietf-httpapi-ratelimit-headers-10). Where the counters can't
 * be reached, requests go through, and none of them waits for it: a shop that sells goes before one that counts. Guesses at passwords
 * are counted elsewhere, and are refused then: see sign-in-guard.ts.
 */
export const rateLimits = (
  app: FastifyInstance,
  { keyValue, limits }: { readonly keyValue: KeyValueStore; readonly limits: RateLimits },
): void => {
  const count = createCounting(keyValue, app.log)
  app.addHook('onRequest', async (request, reply) => {
    const of = request.routeOptions.config.limit ?? 'default'
    if (of === 'none') return
    const { policy, limit, who } = bucketOf(request, of, limits)
    const counted = await count(`rate:${policy}:${who}`, limit.seconds * 1000)
    if (counted === undefined) return
    const remaining = Math.max(0, limit.requests - counted.value)
    const endsIn = Math.ceil(counted.endsInMs / 1000)
    reply.header('ratelimit-policy', `"${policy}";q=${limit.requests};w=${limit.seconds}`)
    reply.header('ratelimit', `"${policy}";r=${remaining};t=${endsIn}`)
    if (counted.value <= limit.requests) return
    throw new ProblemError('rate-limited', {
      detail: `${limit.requests} requests within ${limit.seconds} s are the limit here`,
      headers: retryAfter(endsIn),
    })
  })
}

/** Counts one request; undefined where that can't be done, or not soon enough. */
const createCounting = (
  keyValue: Pick<KeyValueStore, 'count'>,
  logger: FastifyBaseLogger,
): ((counter: string, windowMs: number) => Promise<Count | undefined>) => {
  let pausedUntil = -Infinity
  return async (counter, windowMs) => {
    if (performance.now() < pausedUntil) return undefined
    try {
      return await withDeadline(COUNTING.withinMs, keyValue.count(counter, 1, windowMs))
    } catch (error) {
      if (!(error instanceof KeyValueUnavailableError || error instanceof DeadlineError)) throw error
      pausedUntil = performance.now() + COUNTING.pauseMs
      logger.warn({ err: error }, 'requests can not be counted and are let through for a second')
      return undefined
    }
  }
}

interface Bucket {
  readonly policy: string
  readonly limit: RateLimit
  readonly who: string
}

const bucketOf = (
  { caller, ip }: FastifyRequest,
  of: Exclude<RateLimitClass, 'none'>,
  limits: RateLimits,
): Bucket => {
  if (of === 'sign-in') return { policy: of, limit: limits.address[of], who: networkOf(ip) }
  if (caller === undefined) return { policy: 'anonymous', limit: limits.address.default, who: networkOf(ip) }
  return { policy: of, limit: limits[caller.kind][of], who: caller.id }
}

/** An address; of IPv6 the first 64 bits, which one customer of a provider has to itself. */
export const networkOf = (ip: string): string => {
  if (!isIPv6(ip)) return ip
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(ip)?.[1]
  if (mapped !== undefined) return mapped
  const [head = '', tail] = (ip.split('%', 1)[0] ?? ip).split('::')
  const groups = head === '' ? [] : head.split(':')
  const missing = tail === undefined ? 0 : 8 - groups.length - (tail === '' ? 0 : tail.split(':').length)
  const whole = [...groups, ...Array<string>(missing).fill('0'), ...(tail ?? '').split(':')]
  return `${whole
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':')}::/64`
}
