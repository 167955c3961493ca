import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import type { OpenAPIV3_1 } from 'openapi-types'
import type { Pool } from 'pg'
import { simulatorMessage, type SimulatorEvent } from '../../gateways/payments/simulator-verifier.ts'
import { seededRandom } from '../../platform/seeded-random.ts'
import { PROBLEM_JSON, problemType, type ProblemKind } from '../problems.ts'
import {
  createFuzzer,
  targetsOf,
  type FuzzedRequest,
  type Mood,
  type Random,
  type Target,
} from './fuzz-requests.ts'
import { cursorOf } from './fuzz-kinds.ts'
import {
  BROWSER_ORIGIN,
  CALLERS,
  ofOwner,
  type CallerKind,
  type FuzzedShop,
  type KnownThings,
} from './fuzzed-shop.ts'
import { answerCheck } from './openapi.ts'
import { WEBHOOK_SECRET } from './shop-api.ts'

/** What came back from one target. */
export interface TargetReport {
  /** Method and path. */
  readonly name: string
  requests: number
  /** How often each status was answered. */
  readonly statuses: Map<number, number>
  /** Who has got an answer that is no refusal. */
  readonly served: Set<CallerKind>
  /** Requests that were understood: carried out, or refused for what they ask and not for how they are written. */
  understood: number
}

export interface FuzzReport {
  readonly targets: readonly TargetReport[]
  /** A sentence each. */
  readonly failures: readonly string[]
  /** Correlation ids of requests that were refused: no event may have one. */
  readonly refused: ReadonlySet<string>
}

export interface FuzzOptions {
  readonly seed: number
  /** In a round every target gets one request from every kind of caller. */
  readonly goesOn: (rounds: number) => boolean
}

const LONGEST_MS = 20_000

/** Refusals that say that a request is not even looked at. */
const NOT_UNDERSTOOD: ReadonlySet<string> = new Set(
  (
    [
      ...['invalid-request', 'malformed-request', 'payload-too-large', 'unsupported-media-type'],
      ...['unauthenticated', 'forbidden', 'not-found', 'method-not-allowed', 'uri-too-long', 'rate-limited'],
    ] as const satisfies readonly ProblemKind[]
  ).map(problemType),
)

/** In the order of rounds: as harmless as chance can make them, nearly so, hostile. */
const MOODS: readonly Mood[] = ['sound', 'near', 'hostile']

/**
 * Sends made-up requests to every route there is, those that the document hides among them, from every kind of caller. An answer
 * fails that the document does not describe, that is a 5xx, that is an error and no problem, that takes too long, or that refuses and
 * has changed something all the same.
 */
export const fuzz = async (fuzzed: FuzzedShop, { seed, goesOn }: FuzzOptions): Promise<FuzzReport> => {
  const { app, pool } = fuzzed.shop
  const document = app.swagger() as OpenAPIV3_1.Document
  const check = answerCheck(document)
  const random = seededRandom(seed)
  let known: KnownThings = {}
  const next = createFuzzer(document, random, () => known)
  const targets = [...targetsOf(document), ...hiddenTargets(fuzzed)]
  const reports = new Map<Target, TargetReport>(
    targets.map((target) => {
      const name = `${target.method} ${target.path}`
      return [target, { name, requests: 0, statuses: new Map(), served: new Set(), understood: 0 }]
    }),
  )
  const cursors = new Map<string, readonly string[]>()
  /** What was last told of a resource, by its address. */
  const etags = new Map<string, string>()
  const failures: string[] = []
  const refused = new Set<string>()
  /** Of what is kept, where nothing can have changed it since. */
  let digest: string | undefined

  const send = async (target: Target, request: FuzzedRequest, who: CallerKind): Promise<void> => {
    const correlationId = randomUUID()
    const person = await fuzzed.caller(who)
    const before = (digest ??= await digestOf(pool))
    const answer = await Promise.race([
      app.inject({
        method: request.method as 'GET',
        url: request.url,
        headers: {
          ...request.headers,
          // those of queries are for nothing that has to be found again
          ...(request.method !== 'GET' && { 'x-correlation-id': correlationId }),
          ...(person && { authorization: `Bearer ${person.token}` }),
        } as Record<string, string>,
        ...(request.payload !== undefined && { payload: request.payload }),
      }),
      delay(LONGEST_MS, undefined, { ref: false }),
    ])
    const what = `${request.method} ${request.url.slice(0, 300)} as ${who}: ${JSON.stringify(request).slice(0, 1_500)}`
    if (answer === undefined) {
      failures.push(`no answer within ${LONGEST_MS} ms: ${what}`)
      return
    }
    const { statusCode: status, headers, body } = answer
    const type = String(headers['content-type'])
    const problem = problemTypeOf(type, body)
    count(reports.get(target), who, status, problem)
    digest = status < 400 ? undefined : await digestOf(pool)
    if (digest !== undefined && digest !== before)
      failures.push(`${status}, but something has changed: ${what}`)
    if (status >= 400) refused.add(correlationId)
    if (status >= 400 && request.method !== 'HEAD' && !type.startsWith(PROBLEM_JSON))
      failures.push(`${status} as ${type}: ${what}`)
    if (status >= 500 && status !== 504) failures.push(`${status} ${body.slice(0, 300)}: ${what}`)
    // whoever has erased themselves, or was signed out by a change, is replaced
    const isErased = request.method === 'DELETE' && request.url.startsWith('/api/v1/users/me')
    if (person !== undefined && (problem === problemType('unauthenticated') || isErased)) {
      fuzzed.signOut(who)
      await fuzzed.caller(who)
      digest = undefined
    }
    if (target.operation === undefined || request.method === 'OPTIONS') return
    if (headers.etag !== undefined) etags.set(resourceOf(request.url), headers.etag)
    const [, cursor] = /"nextCursor":"([^"]+)"/.exec(body) ?? []
    if (cursor !== undefined) cursors.set(cursorOf(target.path), [cursor])
    try {
      check({ method: request.method, url: request.url, status, headers, body })
    } catch (error) {
      failures.push(`${error instanceof Error ? error.message : String(error)} ${what}`)
    }
  }

  for (let round = 0; goesOn(round) && failures.length < 20; round += 1) {
    const all = { ...(await fuzzed.fill()), ...Object.fromEntries(cursors) }
    for (const who of CALLERS) await fuzzed.caller(who)
    digest = undefined
    const mood = MOODS[round % MOODS.length] ?? 'near'
    for (const target of inOrder(targets, random)) {
      for (const who of CALLERS) {
        known = mood === 'sound' ? { ...all, ...ownThings(all, who) } : all
        const request = next(target, mood)
        await send(target, mood === 'sound' ? fitting(request, known, { random, etags }) : request, who)
      }
    }
  }
  return { targets: [...reports.values()], failures, refused }
}

/** Where some of a kind are one's own, those alone. */
const ownThings = (all: KnownThings, who: CallerKind): KnownThings =>
  Object.fromEntries(
    Object.entries(all).flatMap(([kind, things]) =>
      kind.endsWith(ofOwner(who)) ? [[kind.slice(0, -ofOwner(who).length), things]] : [],
    ),
  )

/** By chance, but what takes away comes last: the others would find nothing. */
const inOrder = (targets: readonly Target[], random: Random): Target[] =>
  targets
    .map((target) => ({ target, at: random() + (target.method === 'DELETE' ? 1 : 0) }))
    .sort((one, other) => one.at - other.at)
    .map(({ target }) => target)

/** Routes that no document tells of: pages, and what takes browsers' questions. */
const hiddenTargets = ({ shop: { app } }: FuzzedShop): Target[] => {
  const documented = new Set(targetsOf(app.swagger() as OpenAPIV3_1.Document).map(nameOf))
  return app.routeTable
    .flatMap(({ method, url }) =>
      [method].flat().map((each) => ({
        method: each,
        path: url === '*' ? '/api/v1/{id}' : url.replaceAll(/:(\w+)/g, '{$1}'),
      })),
    )
    .filter((target) => target.method !== 'HEAD' && !documented.has(nameOf(target)))
}

const nameOf = ({ method, path }: Target): string => `${method} ${path}`

const count = (report: TargetReport | undefined, who: CallerKind, status: number, problem: string): void => {
  if (report === undefined) return
  report.requests += 1
  report.statuses.set(status, (report.statuses.get(status) ?? 0) + 1)
  if (status < 400) report.served.add(who)
  if (status < 400 || !NOT_UNDERSTOOD.has(problem)) report.understood += 1
}

const problemTypeOf = (type: unknown, body: string): string => {
  if (!String(type).startsWith(PROBLEM_JSON) || body === '') return problemType('not-found')
  return String((JSON.parse(body) as { readonly type: unknown }).type)
}

/** With what can't be made up from a document: signatures, entity tags, and what browsers say. */
const fitting = (
  request: FuzzedRequest,
  known: KnownThings,
  { random, etags }: { readonly random: Random; readonly etags: ReadonlyMap<string, string> },
): FuzzedRequest => {
  if (request.url.includes('/webhooks/')) return signed(request, known, random)
  const headers: Record<string, string | string[]> = { ...request.headers }
  if (request.method === 'OPTIONS') {
    headers['origin'] = BROWSER_ORIGIN
    headers['access-control-request-method'] = 'GET'
  }
  const etag = etags.get(resourceOf(request.url))
  if ('if-match' in headers && etag !== undefined) headers['if-match'] = etag
  return { ...request, headers }
}

/** `/api/v1/orders/42` of whatever is below it. */
const resourceOf = (url: string): string => url.split('?', 1)[0]?.split('/').slice(0, 5).join('/') ?? url

/** As the provider would send it, about a payment that is there. */
const signed = (request: FuzzedRequest, known: KnownThings, random: Random): FuzzedRequest => {
  const payments = known['payment'] ?? []
  const paymentId = payments[Math.floor(random() * payments.length)] ?? 'p'
  const event: SimulatorEvent = {
    ...{ id: `evt_${random()}`, type: 'authorization.approved', createdAt: new Date().toISOString() },
    ...{ paymentId, amount: { amount: 1_000, currency: 'EUR' }, providerReference: `sim_${paymentId}` },
  }
  const { headers, body } = simulatorMessage(event, WEBHOOK_SECRET, new Date())
  return { ...request, headers: { ...headers, 'content-type': 'application/json' }, payload: body }
}

/** Of what is kept on purpose: not of counters, keys and mails, which refusals may leave behind. */
const KEPT = [
  ...['accounts', 'categories', 'prices', 'product_images', 'products', 'revocations', 'service_accounts'],
  'unused_images',
]

const digestOf = async (pool: Pool): Promise<string> => {
  const parts = KEPT.map(
    (table) => `(select md5(coalesce(string_agg(t::text, '|' order by t::text), '')) from shop.${table} t)`,
  )
  const { rows } = await pool.query<{ digest: string }>(`select concat(${parts.join(', ')}) as digest`)
  return rows[0]?.digest ?? ''
}

/** A line for each target: how many requests, how many of them were understood, and what was answered to whom. */
export const linesOf = ({ targets }: FuzzReport): string[] =>
  targets.map(({ name, requests, understood, statuses, served }) => {
    const counts = [...statuses].sort(([a], [b]) => a - b).map(([status, times]) => `${status}×${times}`)
    const whom = served.size === CALLERS.length ? 'everybody' : [...served].join(', ')
    return `${name.padEnd(62)} ${String(requests).padStart(5)} ${String(understood).padStart(5)}  ${counts.join(' ')}  ${whom || '-'}`
  })
