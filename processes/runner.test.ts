import { expect } from 'chai'
import { pino } from 'pino'
import { nothingLoaded } from '../commands/loaded.ts'
import type { CommandHandler } from '../commands/handle.ts'
import { fold } from '../domain/decider.ts'
import { orderDecider } from '../domain/order/decide.ts'
import { StoreUnavailableError } from '../eventstore/errors.ts'
import type { StoredEvent } from '../eventstore/types.ts'
import { ProviderRefusedRequestError, ProviderUnavailableError } from '../gateways/payments/provider.ts'
import { handleOrderEvent, type RunnerDeps } from './runner.ts'
import type { Step, StepResult } from './step.ts'

/** How a reason begins: where it happened. */
const AT = 'Step step of an order that is placed: '

const eur = (amount: number): { amount: number; currency: string } => ({ amount, currency: 'EUR' })
const state = fold(orderDecider, [
  {
    type: 'OrderPlaced',
    data: {
      orderId: 'o1',
      customerId: 'c1',
      lines: [{ productId: 'p1', sku: 's1', name: 'A thing', quantity: 1, unitPrice: eur(1) }],
      totals: { items: eur(1), shipping: eur(0), tax: eur(0), total: eur(1) },
      shippingAddress: null,
      paymentMethodId: null,
      placedAt: '2026-01-01T00:00:00.000Z',
      payBy: '2026-01-01T00:15:00.000Z',
    },
  },
])

const event: StoredEvent = {
  type: 'OrderPlaced',
  data: {},
  id: 'e1',
  stream: 'order-o1',
  revision: 0n,
  position: { commit: 1n, prepare: 1n },
  created: new Date(0),
  metadata: {
    $correlationId: 'correlation',
    $causationId: 'cause',
    actor: { kind: 'customer', id: 'c1' },
    commandId: 'command',
    schemaVersion: 1,
  },
}

/** An order whose only step does what `attempts` say, one after another; after the last it is at rest. */
const scenario = (attempts: readonly (() => StepResult)[]) => {
  let made = 0
  let revision = 0n
  const slept: number[] = []
  const lines: Record<string, unknown>[] = []
  const step: Step = {
    name: 'step',
    run: () => {
      const attempt = attempts[made]
      made += 1
      if (attempt !== overtaken) revision += 1n
      return attempt === undefined
        ? Promise.reject(new Error('no such attempt'))
        : Promise.resolve().then(attempt)
    },
  }
  const handler: Pick<CommandHandler, 'load'> = {
    load: () => Promise.resolve({ ...nothingLoaded(state), revision } as never),
  }
  const deps: RunnerDeps = {
    handler: handler as CommandHandler,
    now: () => new Date(0),
    providers: {
      forMethod: () => undefined,
      named: (name) => {
        throw new Error(name)
      },
    },
    logger: pino(
      { level: 'debug' },
      { write: (line) => void lines.push(JSON.parse(line) as Record<string, unknown>) },
    ),
    sleep: (ms) => {
      slept.push(ms)
      return Promise.resolve()
    },
    random: () => 1,
  }
  const stopping = new AbortController()
  return {
    slept,
    lines,
    stopping,
    made: () => made,
    run: () =>
      handleOrderEvent(deps, () => (made < attempts.length ? step : undefined), event, stopping.signal),
  }
}

const fail = (error: Error) => (): never => {
  throw error
}
const done = (): StepResult => ({ kind: 'done' })
/** Somebody else has the order in hand: nothing is changed by it. */
const overtaken = (): StepResult => done()

describe('the runner of processes', () => {
  it('answers done when the order waits for somebody', async () => {
    const { run, made, slept } = scenario([done, done])
    expect(await run()).to.deep.equal({ kind: 'done' })
    expect(made()).to.equal(2)
    expect(slept).to.deep.equal([])
  })

  it('tries a failing step again after 1, 2 and 4 seconds', async () => {
    const poison = fail(new TypeError('boom'))
    const { run, slept } = scenario([poison, poison, poison, done])
    expect(await run()).to.deep.equal({ kind: 'done' })
    expect(slept).to.deep.equal([1_000, 2_000, 4_000])
  })

  it('parks what fails once more, with the cause', async () => {
    const poison = fail(new TypeError('boom'))
    const { run, made } = scenario([poison, poison, poison, poison, done])
    expect(await run()).to.deep.equal({ kind: 'park', reason: `${AT}TypeError: boom`, retries: 3 })
    expect(made()).to.equal(4)
  })

  it('does not park for an outage, but gives the event back to the store after a while', async () => {
    const outage = fail(new StoreUnavailableError('read', new Error('away')))
    const { run, slept } = scenario(Array<() => StepResult>(100).fill(outage))
    expect(await run()).to.deep.equal({
      kind: 'again',
      reason: `${AT}StoreUnavailableError: The event store did not answer: read`,
    })
    const total = slept.reduce((sum, ms) => sum + ms, 0)
    expect(total).to.be.within(20_000, 22_000)
    expect(Math.max(...slept)).to.equal(2_000)
  })

  it('goes on after an outage', async () => {
    const outage = fail(new StoreUnavailableError('read', new Error('away')))
    const { run, slept } = scenario([outage, outage, done])
    expect(await run()).to.deep.equal({ kind: 'done' })
    expect(slept).to.deep.equal([100, 200])
  })

  it('waits a moment where somebody else has the order in hand', async () => {
    const { run, slept } = scenario([overtaken, done])
    expect(await run()).to.deep.equal({ kind: 'done' })
    expect(slept).to.deep.equal([100])
  })

  it('waits as long as a circuit breaker says that it is open, and no longer than the store leaves us the event', async () => {
    const open = (retryAfterMs: number) =>
      fail(new ProviderUnavailableError('p', 'capture', new Error('open'), retryAfterMs))
    const { run, slept } = scenario([open(7_500), open(0), done])
    expect(await run()).to.deep.equal({ kind: 'done' })
    expect(slept).to.deep.equal([7_500, 1])
    const long = scenario([open(30_000), open(30_000), done])
    expect(await long.run()).to.deep.include({ kind: 'again' })
    expect(long.slept).to.deep.equal([20_000])
  })

  it('parks at once, for an operator, where trying again can not help', async () => {
    const refused = fail(new ProviderRefusedRequestError('p', 'refund', 'no_permission', 'No.'))
    const { run, made, slept } = scenario([refused, done])
    expect(await run()).to.deep.equal({
      kind: 'park',
      reason:
        `An operator is needed. ${AT}ProviderRefusedRequestError: ` +
        'Payment provider p refuses to refund (no_permission): No.',
      retries: 0,
    })
    expect([made(), slept]).to.deep.equal([1, []])
  })

  it('tells how often it was tried before an operator was asked', async () => {
    const refused = fail(new ProviderRefusedRequestError('p', 'refund', 'no_permission', 'No.'))
    const { run } = scenario([fail(new TypeError('boom')), refused, done])
    expect(await run()).to.deep.include({ kind: 'park', retries: 1 })
  })

  it('logs each failure with the step, where the order stood, the event and what is done about it', async () => {
    const poison = fail(new TypeError('boom'))
    const refused = fail(new ProviderRefusedRequestError('p', 'refund', 'no_permission', 'No.'))
    const context = {
      ...{ orderId: 'o1', eventId: 'e1', eventType: 'OrderPlaced', correlationId: 'correlation' },
      ...{ step: 'step', status: 'placed' },
    }
    const unknown = scenario([poison, poison, poison, poison, done])
    await unknown.run()
    expect(unknown.lines.map(({ failures, reaction }) => [failures, reaction])).to.deep.equal([
      ...[1, 2, 3].map((failures) => [failures, 'retry_after']),
      [4, 'park'],
    ])
    for (const line of unknown.lines) expect(line).to.include({ ...context, msg: 'step failed', level: 50 })
    const operator = scenario([refused, done])
    await operator.run()
    expect(operator.lines).to.have.length(1)
    expect(operator.lines[0]).to.include({ ...context, failures: 1, reaction: 'needs_operator' })

    const outage = fail(new StoreUnavailableError('read', new Error('away')))
    const waiting = scenario([outage, outage, outage, outage, outage, done])
    await waiting.run()
    expect(waiting.lines.map(({ waits }) => waits)).to.deep.equal([4, 5])
    for (const line of waiting.lines) {
      expect(line).to.include({ ...context, msg: 'order has to wait', level: 40 })
      expect(line['reason']).to.equal('StoreUnavailableError: The event store did not answer: read')
    }
  })

  it('parks an order that would never come to rest', async () => {
    const { run } = scenario(Array<() => StepResult>(1_000).fill(done))
    const verdict = await run()
    expect(verdict).to.deep.include({ kind: 'park' })
    expect(verdict.kind === 'park' && verdict.reason).to.match(
      /not at rest after 50 steps; the last was step/,
    )
  })

  it('gives the event back when the instance stops', async () => {
    const { run, stopping } = scenario([done])
    stopping.abort()
    expect(await run()).to.deep.equal({ kind: 'again', reason: 'this instance stops' })
  })
})
