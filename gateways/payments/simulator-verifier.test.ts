import { expect } from 'chai'
import { createSimulatorVerifier, simulatorMessage, type SimulatorEvent } from './simulator-verifier.ts'
import { sign } from './signature.ts'

const signedAt = new Date('2026-01-01T12:00:00.000Z')
const approved: SimulatorEvent = {
  id: 'evt_1',
  type: 'authorization.approved',
  amount: { amount: 1_000, currency: 'EUR' },
  createdAt: '2026-01-01T11:59:58.123Z',
  paymentId: 'p1',
  providerReference: 'sim_p1',
}
const declined: SimulatorEvent = {
  id: 'evt_2',
  type: 'authorization.declined',
  createdAt: '2026-01-01T11:59:58.123Z',
  paymentId: 'p1',
  code: 'card_declined',
  message: 'The card was declined.',
}

const later = (seconds: number): { now(): Date } => ({
  now: () => new Date(signedAt.getTime() + seconds * 1_000),
})
const verifier = (seconds = 0, ...secrets: string[]): ReturnType<typeof createSimulatorVerifier> =>
  createSimulatorVerifier(secrets.length > 0 ? secrets : ['secret'], { clock: later(seconds) })

describe('webhooks of the simulator', () => {
  it('are read where they are genuine', () => {
    const { body, headers } = simulatorMessage(approved, 'secret', signedAt)
    expect(verifier().verify(Buffer.from(body), headers)).to.deep.equal({
      kind: 'event',
      event: {
        provider: 'simulator',
        eventId: 'evt_1',
        occurredAt: new Date('2026-01-01T11:59:58.123Z'),
        paymentId: 'p1',
        news: { kind: 'authorized', amount: { amount: 1_000, currency: 'EUR' }, providerReference: 'sim_p1' },
      },
    })
  })

  it('say why a payment was declined', () => {
    const { body, headers } = simulatorMessage(declined, 'secret', signedAt)
    expect(verifier().verify(Buffer.from(body), headers))
      .to.have.nested.property('event.news')
      .that.deep.equals({ kind: 'declined', code: 'card_declined', message: 'The card was declined.' })
  })

  it('are accepted for five minutes, and as long ahead', () => {
    const { body, headers } = simulatorMessage(approved, 'secret', signedAt)
    const verdict = (seconds: number): unknown => {
      const { kind, ...rest } = verifier(seconds).verify(Buffer.from(body), headers)
      return 'reason' in rest ? rest.reason : kind
    }
    expect([-301, -300, 0, 300, 301].map(verdict)).to.deep.equal([
      'outside_window',
      'event',
      'event',
      'event',
      'outside_window',
    ])
  })

  it('are refused where they are not signed, or not in a way that can be read', () => {
    const { body } = simulatorMessage(approved, 'secret', signedAt)
    expect(verifier().verify(Buffer.from(body), {})).to.include({ kind: 'refused', reason: 'unsigned' })
    const mac = sign('secret', body, signedAt)
    const unreadable = [
      '',
      'v1=00',
      mac.toUpperCase(),
      `${mac},v1=00`,
      mac.slice(0, -1),
      `${mac}0`,
      `t=,${mac}`,
    ]
    for (const signature of unreadable) {
      expect(
        verifier().verify(Buffer.from(body), { 'simulator-signature': signature }),
        signature,
      ).to.include({ kind: 'refused', reason: 'wrong_signature' })
    }
    expect(verifier().verify(Buffer.from(body), { 'simulator-signature': [mac, mac] })).to.include({
      kind: 'refused',
      reason: 'unsigned',
    })
  })

  it('are refused where the body, the time or the secret is another', () => {
    const { body, headers } = simulatorMessage(approved, 'secret', signedAt)
    const other = body.replace('p1', 'p2')
    const { headers: laterHeaders } = simulatorMessage(
      approved,
      'secret',
      new Date(signedAt.getTime() + 1_000),
    )
    const mac = String(headers['simulator-signature']).split(',')[1]
    const time = String(laterHeaders['simulator-signature']).split(',')[0]
    const wrong = { kind: 'refused', reason: 'wrong_signature' }
    expect(verifier().verify(Buffer.from(other), headers)).to.include(wrong)
    expect(verifier().verify(Buffer.from(body), { 'simulator-signature': `${time},${mac}` })).to.include(
      wrong,
    )
    expect(verifier(0, 'another').verify(Buffer.from(body), headers)).to.include(wrong)
  })

  it('are refused where they are signed with nothing, whatever was set up', () => {
    const { body, headers } = simulatorMessage(approved, '', signedAt)
    expect(verifier(0, '').verify(Buffer.from(body), headers)).to.include({ reason: 'wrong_signature' })
  })

  it('may be signed with the old secret while it is replaced', () => {
    const { body, headers } = simulatorMessage(approved, 'old', signedAt)
    expect(verifier(0, 'new', 'old').verify(Buffer.from(body), headers)).to.include({ kind: 'event' })
  })

  it('are refused where their content is not what is sent', () => {
    const bodies = [
      'not JSON',
      '{}',
      JSON.stringify({ ...approved, type: 'authorization.unheard_of' }),
      JSON.stringify({ ...approved, more: true }),
      JSON.stringify({ ...approved, paymentId: '' }),
      JSON.stringify({ ...approved, createdAt: 'yesterday' }),
    ]
    for (const body of bodies) {
      const headers = { 'simulator-signature': sign('secret', body, signedAt) }
      const verdict = verifier().verify(Buffer.from(body), headers)
      expect(verdict, body).to.include({ kind: 'refused', reason: 'malformed' })
    }
  })
})
