import sharedPb from '@eventstore/db-client/generated/shared_pb.js'
import streamsPb from '@eventstore/db-client/generated/streams_pb.js'
import { expect } from 'chai'
import { InvalidRequestError, parseReadRequest } from './read-request.ts'
import { OutOfRangeError } from './unsigned-long.ts'

const { Options } = streamsPb.ReadReq
const empty = (): sharedPb.Empty => new sharedPb.Empty()
const UNSIGNED_MINUS_ONE = '18446744073709551615'
const TOO_LARGE = '9223372036854775808'

const stream = (): streamsPb.ReadReq.Options.StreamOptions =>
  new Options.StreamOptions().setStreamIdentifier(
    new sharedPb.StreamIdentifier().setStreamName(Buffer.from('s')),
  )
const position = (commit: string, prepare: string): streamsPb.ReadReq.Options.Position =>
  new Options.Position().setCommitPosition(commit).setPreparePosition(prepare)
const filter = (): streamsPb.ReadReq.Options.FilterOptions =>
  new Options.FilterOptions()
    .setEventType(new Options.FilterOptions.Expression().setRegex('T'))
    .setMax(10)
    .setCheckpointintervalmultiplier(1)

const parse = (options: streamsPb.ReadReq.Options) =>
  parseReadRequest(new streamsPb.ReadReq().setOptions(options))
const ofStream = (part: streamsPb.ReadReq.Options.StreamOptions): streamsPb.ReadReq.Options =>
  new Options().setStream(part).setCount('1').setNoFilter(empty())
const ofAll = (part: streamsPb.ReadReq.Options.AllOptions): streamsPb.ReadReq.Options =>
  new Options().setAll(part).setCount('1').setNoFilter(empty())
const fromStart = (): streamsPb.ReadReq.Options.AllOptions => new Options.AllOptions().setStart(empty())

/** What EventStoreDB's `Streams.Read.cs`, `ReadReq.cs`, `StreamRevision.cs` and `Position.cs` make of a request. */
describe('A read request', () => {
  it('has ids in two halves, unless they are asked for as text', () => {
    const asked = (option?: streamsPb.ReadReq.Options.UUIDOption) =>
      parse(ofStream(stream().setStart(empty())).setUuidOption(option)).uuid
    expect(asked()).to.equal('structured')
    expect(asked(new Options.UUIDOption().setStructured(empty()))).to.equal('structured')
    expect(asked(new Options.UUIDOption().setString(empty()))).to.equal('text')
  })

  it('means the end by the largest number', () => {
    expect(parse(ofStream(stream().setRevision(UNSIGNED_MINUS_ONE))).source.from).to.equal('end')
    const end = new Options.AllOptions().setPosition(position(UNSIGNED_MINUS_ONE, UNSIGNED_MINUS_ONE))
    expect(parse(ofAll(end)).source.from).to.equal('end')
    expect(parse(ofStream(stream().setRevision('7'))).source.from).to.equal(7)
  })

  it('is out of range with numbers that are none, or nothing where something must be', () => {
    const impossible = [
      ofStream(stream().setRevision(TOO_LARGE)),
      ofStream(stream()),
      ofStream(new Options.StreamOptions().setStart(empty())),
      ofAll(new Options.AllOptions().setPosition(position('5', '6'))),
      ofAll(new Options.AllOptions().setPosition(position(TOO_LARGE, '0'))),
      ofAll(new Options.AllOptions()),
    ]
    for (const options of impossible) expect(() => parse(options)).to.throw(OutOfRangeError)
    expect(() => parseReadRequest(new streamsPb.ReadReq())).to.throw(OutOfRangeError)
  })

  it('is invalid in the combinations that nobody serves, by their names', () => {
    const { BACKWARDS } = Options.ReadDirection
    const subscription = new Options.SubscriptionOptions()
    const wrong: [streamsPb.ReadReq.Options, string][] = [
      [ofStream(stream()).setFilter(filter()), '(Stream, Count, Forwards, Filter)'],
      [
        ofStream(stream()).setSubscription(subscription).setReadDirection(BACKWARDS),
        '(Stream, Subscription, Backwards, NoFilter)',
      ],
      [new Options().setStream(stream()).setCount('1'), '(Stream, Count, Forwards, None)'],
      [new Options().setAll(fromStart()).setNoFilter(empty()), '(All, None, Forwards, NoFilter)'],
    ]
    for (const [options, names] of wrong)
      expect(() => parse(options)).to.throw(InvalidRequestError, `The combination of ${names} is invalid.`)
    expect(() => parse(new Options())).to.throw(InvalidRequestError, "'None' is not a valid")
  })

  it('filters by the expression where there are prefixes, too; its multiplier counts for subscriptions only', () => {
    const multiplied = (times: number) =>
      ofAll(fromStart()).setFilter(filter().setCheckpointintervalmultiplier(times))
    expect(parse(multiplied(0)).source).to.have.property('kind', 'all')
    const subscribing = multiplied(0).setSubscription(new Options.SubscriptionOptions())
    expect(() => parse(subscribing)).to.throw(OutOfRangeError, 'checkpointIntervalMultiplier')
    const noWindow = filter()
    noWindow.clearMax()
    const windowless = ofAll(fromStart()).setFilter(noWindow)
    expect(() => parse(windowless)).to.throw(InvalidRequestError, 'WindowOneofCase')
  })
})
