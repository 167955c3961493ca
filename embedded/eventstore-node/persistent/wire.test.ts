import persistent from '@eventstore/db-client/generated/persistent_pb.js'
import shared from '@eventstore/db-client/generated/shared_pb.js'
import { expect } from 'chai'
import { InvalidRequestError, PersistentSubscriptionError } from './errors.ts'
import { requestedGroup } from './wire.ts'

const { CreateReq, UpdateReq } = persistent

const empty = () => new shared.Empty()
const identifier = (name: string) => new shared.StreamIdentifier().setStreamName(Buffer.from(name))
const settings = () => new CreateReq.Settings().setMessageTimeoutMs(3_000).setCheckpointAfterMs(200)
const options = () => new CreateReq.Options().setGroupName('g').setSettings(settings())
const onStream = (stream: persistent.CreateReq.StreamOptions) =>
  options().setStream(stream.setStreamIdentifier(identifier('ström')))
const position = (commit: string, prepare: string) =>
  new CreateReq.Position().setCommitPosition(commit).setPreparePosition(prepare)
const end = '18446744073709551615'

describe('what a request asks a group to be', () => {
  const starts: [string, persistent.CreateReq.Options, string, number][] = [
    ['a revision', onStream(new CreateReq.StreamOptions().setRevision('7')), 'ström', 7],
    ['the start of a stream', onStream(new CreateReq.StreamOptions().setStart(empty())), 'ström', 0],
    ['the end of a stream', onStream(new CreateReq.StreamOptions().setEnd(empty())), 'ström', -1],
    ['the greatest revision', onStream(new CreateReq.StreamOptions().setRevision(end)), 'ström', -1],
    [
      'no revision that is exact',
      onStream(new CreateReq.StreamOptions().setRevision('9007199254740993')),
      'ström',
      NaN,
    ],
    [
      'what old clients say',
      options().setStreamIdentifier(identifier('s')).setSettings(settings().setRevision('3')),
      's',
      3,
    ],
    [
      'a position',
      options().setAll(new CreateReq.AllOptions().setPosition(position('90', '90'))),
      '$all',
      90,
    ],
    ['the start of $all', options().setAll(new CreateReq.AllOptions().setStart(empty())), '$all', 0],
    ['the end of $all', options().setAll(new CreateReq.AllOptions().setEnd(empty())), '$all', -1],
    [
      'the greatest position',
      options().setAll(new CreateReq.AllOptions().setPosition(position(end, end))),
      '$all',
      -1,
    ],
  ]
  for (const [what, request, stream, startFrom] of starts) {
    it(`starts from ${what}`, () => {
      const requested = requestedGroup(request)
      expect(requested.source.stream).to.equal(stream)
      expect(requested.settings.startFrom).to.deep.equal(startFrom)
    })
  }

  it('times in milliseconds or in ticks of 100 ns', () => {
    const ticks = new CreateReq.Settings()
      .setMessageTimeoutTicks('30000000')
      .setCheckpointAfterTicks('20009999')
    for (const [given, messageTimeout, checkpointAfter] of [
      [settings(), 3_000, 200],
      [ticks, 3_000, 2_000],
      [new CreateReq.Settings(), 0, 0],
    ] as const) {
      const request = options().setSettings(given).setStreamIdentifier(identifier('s'))
      expect(requestedGroup(request).settings).to.include({ messageTimeout, checkpointAfter })
    }
  })

  it('the strategy by its name, or by the number that came before', () => {
    const strategyOf = (given: persistent.CreateReq.Settings) =>
      requestedGroup(options().setSettings(given).setStreamIdentifier(identifier('s'))).settings.strategy
    const { DISPATCHTOSINGLE, PINNED, ROUNDROBIN } = CreateReq.ConsumerStrategy
    const numbered = [DISPATCHTOSINGLE, ROUNDROBIN, PINNED].map((number) =>
      settings().setNamedConsumerStrategy(number),
    )
    expect(numbered.map(strategyOf)).to.deep.equal(['DispatchToSingle', 'RoundRobin', 'Pinned'])
    const named = settings().setNamedConsumerStrategy(PINNED).setConsumerStrategy('PinnedByCorrelation')
    expect(strategyOf(named)).to.equal('PinnedByCorrelation')
    const update = new UpdateReq.Options()
      .setGroupName('g')
      .setStreamIdentifier(identifier('s'))
      .setSettings(new UpdateReq.Settings().setNamedConsumerStrategy(UpdateReq.ConsumerStrategy.PINNED))
    expect(requestedGroup(update).settings.strategy).to.equal('Pinned')
  })

  it('filters by prefix or regular expression', () => {
    const { AllOptions } = CreateReq
    const filtered = (filter: persistent.CreateReq.AllOptions.FilterOptions) =>
      requestedGroup(options().setAll(new AllOptions().setStart(empty()).setFilter(filter))).source.filter
    const expression = () => new AllOptions.FilterOptions.Expression()
    const byStream = new AllOptions.FilterOptions().setStreamIdentifier(
      expression().setPrefixList(['a', 'b']),
    )
    expect(filtered(byStream)).to.deep.equal({ on: 'stream', regex: '', prefixes: ['a', 'b'] })
    const byType = new AllOptions.FilterOptions().setEventType(expression().setRegex('^A'))
    expect(filtered(byType)).to.deep.equal({ on: 'type', regex: '^A', prefixes: [] })
    expect(() => filtered(new AllOptions.FilterOptions())).to.throw(
      InvalidRequestError,
      'filter expression is missing',
    )
  })

  it('refuses what lacks a part, and positions that cannot be', () => {
    const lacking: [persistent.CreateReq.Options, string][] = [
      [new CreateReq.Options(), 'settings is missing'],
      [options(), 'stream identifier is missing'],
      [onStream(new CreateReq.StreamOptions()), 'the start of the subscription is missing'],
      [options().setAll(new CreateReq.AllOptions()), 'the start of the subscription is missing'],
    ]
    for (const [request, what] of lacking)
      expect(() => requestedGroup(request)).to.throw(InvalidRequestError, what)
    const crossed = options().setAll(new CreateReq.AllOptions().setPosition(position('5', '6')))
    expect(() => requestedGroup(crossed)).to.throw(
      PersistentSubscriptionError,
      'prepare position must be less',
    )
  })
})
