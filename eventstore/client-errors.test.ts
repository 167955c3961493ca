import { Metadata, status, type ServiceError } from '@grpc/grpc-js'
import {
  AccessDeniedError,
  InvalidArgumentError,
  MaxAppendSizeExceededError,
  StreamDeletedError,
  UnavailableError,
  UnsupportedError,
  WrongExpectedVersionError,
} from '@eventstore/db-client'
import { expect } from 'chai'
import { appendFailure, isAppendAnswer, isReadAnswer, readFailure } from './client-errors.ts'
import {
  AppendTooLargeError,
  ConcurrencyError,
  ContractViolationError,
  StoreRefusedError,
  StoreUnavailableError,
  StreamTombstonedError,
  UnknownOutcomeError,
} from './errors.ts'

const wrongVersion = (current: bigint | 'no_stream') =>
  new WrongExpectedVersionError(null as never, { streamName: 's', expected: 1n, current })
const deleted = StreamDeletedError.fromStreamName('s')
const raw = (code: status, exception?: string): ServiceError => {
  const metadata = new Metadata()
  if (exception !== undefined) metadata.set('exception', exception)
  metadata.set('stream-name', 's')
  return Object.assign(new Error('raw'), { code, details: 'raw', metadata })
}

describe("what the client's errors mean", () => {
  for (const [thrown, Kind, isAnswer] of [
    [wrongVersion(3n), ConcurrencyError, true],
    [deleted, StreamTombstonedError, true],
    [raw(status.UNKNOWN, 'stream-deleted'), StreamTombstonedError, true],
    [MaxAppendSizeExceededError.fromMaxAppendSize(10), AppendTooLargeError, true],
    [new AccessDeniedError(undefined), StoreRefusedError, false],
    [new InvalidArgumentError('no'), StoreRefusedError, false],
    [new UnsupportedError('append', '21.10'), StoreRefusedError, false],
    [raw(status.UNAUTHENTICATED), StoreRefusedError, false],
    [new UnavailableError(undefined), UnknownOutcomeError, false],
    [raw(status.UNAVAILABLE), UnknownOutcomeError, false],
    [new TypeError('a bug'), UnknownOutcomeError, false],
    ['not even an error', UnknownOutcomeError, false],
  ] as const) {
    it(`an append that fails with ${String(thrown)} has failed with ${Kind.name}`, () => {
      expect(appendFailure('s', 1n, thrown)).to.be.instanceOf(Kind)
      expect(isAppendAnswer(thrown)).to.equal(isAnswer)
    })
  }

  it('a conflict says where the stream is', () => {
    expect(appendFailure('s', 1n, wrongVersion(3n))).to.include({ expected: 1n, actual: 3n })
    expect(appendFailure('s', 1n, wrongVersion('no_stream'))).to.include({ actual: undefined })
    expect(appendFailure('s', 1n, wrongVersion(-1n))).to.include({ actual: undefined })
  })

  const contract = new ContractViolationError('A', 'odd')
  for (const [thrown, Kind, isAnswer] of [
    [deleted, StreamTombstonedError, true],
    [new AccessDeniedError(undefined), StoreRefusedError, false],
    [raw(status.DEADLINE_EXCEEDED), StoreUnavailableError, false],
    [new TypeError('a bug'), StoreUnavailableError, false],
    [contract, ContractViolationError, false],
  ] as const) {
    it(`a read that fails with ${String(thrown)} has failed with ${Kind.name}`, () => {
      expect(readFailure('read s', thrown)).to.be.instanceOf(Kind)
      expect(isReadAnswer(thrown)).to.equal(isAnswer)
    })
  }

  it('keeps the cause', () => {
    const cause = new UnavailableError(undefined, 'away')
    expect(readFailure('read s', cause).cause).to.equal(cause)
    expect(appendFailure('s', 'any', cause).cause).to.equal(cause)
  })
})
