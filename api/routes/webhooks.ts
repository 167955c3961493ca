import { createHash } from 'node:crypto'
import { validatorCompiler } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { takeWebhook, type SeenWebhooks, type WebhookTaking } from '../../commands/take-webhook.ts'
import { KeyValueUnavailableError, type KeyValueStore } from '../../supporting/key-value/key-value.ts'
import type { ApiDeps } from '../deps.ts'
import { ProblemError } from '../problems.ts'
import type { Routes } from '../routing.ts'

/** Providers' messages are a few kilobytes. */
const BODY_BYTES = 256 * 1024
/** Longer than providers go on sending one: Stripe does for three days. */
const REMEMBERED_MS = 4 * 24 * 60 * 60_000

const Received = z
  .object({
    outcome: z.enum(['taken', 'given_back', 'repeated', 'irrelevant', 'unknown', 'contradicted']).meta({
      description:
        'taken: it counts; given_back: it came too late, and the money went back; repeated: it had been sent before; ' +
        'irrelevant, unknown: nothing of this shop; contradicted: it says otherwise than before, and people have to look',
    }),
  })
  .meta({ id: 'WebhookReceived', examples: [{ outcome: 'taken' }] })

const Sent = z.looseObject({}).meta({ id: 'Webhook', description: 'As the provider sends it' })

type Deps = Pick<ApiDeps, 'commands' | 'keyValue' | 'verifiers'>

/** Where payment providers tell by themselves what became of a payment. A part of its own: it needs bodies byte for byte. */
export const webhookRoutes = (app: Routes, { commands, keyValue, verifiers = [] }: Deps): void => {
  const deps = { ...commands, verifiers, seen: seenIn(keyValue) }
  void app.register((part: Routes, _options, done) => {
    part.removeAllContentTypeParsers()
    part.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, parsed) => {
      parsed(null, body)
    })
    part.setValidatorCompiler<z.ZodType>((route) =>
      route.httpPart === 'body' ? (body: unknown) => ({ value: body }) : validatorCompiler(route),
    )

    part.route({
      method: 'POST',
      url: '/payments/webhooks/:provider',
      bodyLimit: BODY_BYTES,
      config: {
        access: 'public',
        // checking a signature costs less than counting, and providers send in bursts
        limit: 'none',
        problems: ['webhook-not-genuine', 'busy'],
        answers: { 200: { description: 'Received: it need not be sent again' } },
      },
      schema: {
        operationId: 'receiveWebhook',
        summary: 'For payment providers: what became of a payment',
        description:
          'The body has to be signed with the secret of the installation: `Simulator-Signature` or `Stripe-Signature`, ' +
          '`t=<seconds since 1970>,v1=<HMAC-SHA-256 of "<t>.<body>", hex>`, not older than five minutes. ' +
          'Webhooks may come twice and in any order. Any answer but 200 means that it has to be sent again.',
        tags: ['payments'],
        params: z.object({
          provider: z
            .string()
            .regex(/^[a-z]{1,32}$/)
            .meta({ description: 'Who sends it', examples: ['stripe'] }),
        }),
        body: Sent,
        response: { 200: Received },
      },
      handler: async (request) => {
        const { provider } = request.params
        const body: unknown = request.body
        const taking = await takeWebhook(
          deps,
          { provider, rawBody: Buffer.isBuffer(body) ? body : Buffer.alloc(0), headers: request.headers },
          {
            correlationId: request.correlationId,
            causationId: request.id,
            traceparent: request.traceparent,
          },
        )
        if (taking.kind === 'unknown_provider') throw new ProblemError('not-found')
        if (taking.kind === 'refused') {
          const { reason, message: detail } = taking
          throw new ProblemError('webhook-not-genuine', { detail, members: { reason } })
        }
        tell(request.log, provider, taking)
        return { outcome: taking.kind }
      },
    })
    done()
  })
}

type Received = Exclude<WebhookTaking, { readonly kind: 'unknown_provider' | 'refused' }>

const tell = (log: ApiDeps['logger'] | Routes['log'], provider: string, taking: Received): void => {
  const line = { provider, ...taking }
  if (taking.kind === 'contradicted') log.error(line, 'a webhook contradicts what is known of its payment')
  else if (taking.kind === 'given_back') log.warn(line, 'a webhook came too late, its money was given back')
  else if (taking.kind === 'unknown') log.warn(line, 'a webhook is of a payment or refund that nobody knows')
  else log.debug(line, 'webhook')
}

/** Where the server of the key-value store is away, a webhook is dealt with again: that changes nothing. */
const seenIn = (keyValue: KeyValueStore): SeenWebhooks => ({
  has: async (webhookId) => (await unlessAway(() => keyValue.get(keyOf(webhookId)), undefined)) !== undefined,
  add: (webhookId) => unlessAway(() => keyValue.put(keyOf(webhookId), '', REMEMBERED_MS), undefined),
})

const keyOf = (webhookId: string): string =>
  `webhook:${createHash('sha256').update(webhookId).digest('base64url')}`

const unlessAway = async <Result>(work: () => Promise<Result>, otherwise: Result): Promise<Result> => {
  try {
    return await work()
  } catch (error) {
    if (error instanceof KeyValueUnavailableError) return otherwise
    throw error
  }
}
