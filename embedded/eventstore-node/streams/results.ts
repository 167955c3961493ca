import codePb from '@eventstore/db-client/generated/code_pb.js'
import sharedPb from '@eventstore/db-client/generated/shared_pb.js'
import statusPb from '@eventstore/db-client/generated/status_pb.js'
import streamsPb from '@eventstore/db-client/generated/streams_pb.js'
import anyPb from 'google-protobuf/google/protobuf/any_pb.js'
import emptyPb from 'google-protobuf/google/protobuf/empty_pb.js'
import { delimited } from '../codec/wire.ts'
import type { ExpectedRevision } from '../log/types.ts'

/** How a batch append fails: answers on one stream of calls, so that each carries its own status. */
export type BatchAppendError =
  | { readonly kind: 'wrong_expected_version'; readonly current: number; readonly expected: ExpectedRevision }
  | { readonly kind: 'stream_deleted' }
  | { readonly kind: 'access_denied' }
  | { readonly kind: 'maximum_append_size_exceeded'; readonly limit: number }
  | { readonly kind: 'timeout' }
  | { readonly kind: 'bad_request'; readonly reason: string }
  | { readonly kind: 'unknown' }

/** What the messages of these errors share. */
interface Detail {
  serializeBinary(): Uint8Array
}

const { Code } = codePb

const empty = (): sharedPb.Empty => new sharedPb.Empty()

export function streamIdentifier(stream: string): sharedPb.StreamIdentifier {
  const identifier = new sharedPb.StreamIdentifier()
  identifier.setStreamName(Buffer.from(stream))
  return identifier
}

function wrongExpectedVersion(current: number, expected: ExpectedRevision): sharedPb.WrongExpectedVersion {
  const detail = new sharedPb.WrongExpectedVersion()
  const none = new emptyPb.Empty()
  if (current < 0) detail.setCurrentNoStream(none)
  else detail.setCurrentStreamRevision(String(current))
  if (expected === 'any') detail.setExpectedAny(none)
  else if (expected === 'no_stream') detail.setExpectedNoStream(none)
  else if (expected === 'stream_exists') detail.setExpectedStreamExists(none)
  else detail.setExpectedStreamPosition(String(expected))
  return detail
}

function statusOf(code: codePb.Code, message: string, type: string, detail: Detail): statusPb.Status {
  const any = new anyPb.Any()
  any.pack(detail.serializeBinary(), `event_store.client.${type}`)
  const result = new statusPb.Status()
  result.setCode(code)
  result.setMessage(message)
  result.setDetails(any)
  return result
}

function batchErrorStatus(error: BatchAppendError, stream: string): statusPb.Status {
  switch (error.kind) {
    case 'wrong_expected_version': {
      const detail = wrongExpectedVersion(error.current, error.expected)
      return statusOf(Code.ALREADY_EXISTS, 'WrongExpectedVersion', 'WrongExpectedVersion', detail)
    }
    case 'stream_deleted': {
      const detail = new sharedPb.StreamDeleted()
      detail.setStreamIdentifier(streamIdentifier(stream))
      return statusOf(Code.NOT_FOUND, 'StreamDeleted', 'StreamDeleted', detail)
    }
    case 'access_denied':
      return statusOf(Code.PERMISSION_DENIED, 'AccessDenied', 'AccessDenied', new sharedPb.AccessDenied())
    case 'maximum_append_size_exceeded': {
      const detail = new sharedPb.MaximumAppendSizeExceeded()
      detail.setMaxappendsize(error.limit)
      return statusOf(Code.INVALID_ARGUMENT, 'MaximumAppendSizeExceeded', 'MaximumAppendSizeExceeded', detail)
    }
    case 'timeout':
      return statusOf(Code.DEADLINE_EXCEEDED, 'Timeout', 'Timeout', new sharedPb.Timeout())
    case 'bad_request': {
      const detail = new sharedPb.BadRequest()
      detail.setMessage(error.reason)
      return statusOf(Code.INVALID_ARGUMENT, 'BadRequest', 'BadRequest', detail)
    }
    case 'unknown':
      return statusOf(Code.UNKNOWN, 'Unknown', 'Unknown', new sharedPb.Unknown())
  }
}

/** @param correlationId the `UUID` message of the request */
export function encodeBatchAppendError(
  correlationId: Buffer,
  stream: string,
  error: BatchAppendError,
): Buffer {
  const response = new streamsPb.BatchAppendResp()
  response.setError(batchErrorStatus(error, stream))
  response.setStreamIdentifier(streamIdentifier(stream))
  // the correlation id goes back as it came, whatever it is
  return Buffer.concat([delimited(1, correlationId), response.serializeBinary()])
}

export function encodeAppendSuccess(revision: number, position: number): Buffer {
  const success = new streamsPb.AppendResp.Success()
  if (revision < 0) success.setNoStream(empty())
  else success.setCurrentRevision(String(revision))
  const at = new streamsPb.AppendResp.Position()
  at.setCommitPosition(String(position))
  at.setPreparePosition(String(position))
  success.setPosition(at)
  const response = new streamsPb.AppendResp()
  response.setSuccess(success)
  return Buffer.from(response.serializeBinary())
}

/** `expected_revision_20_6_0` (3) where no stream was expected: −1 as an unsigned number, which the classes can't write. */
const NO_STREAM_2060 = Buffer.from('18ffffffffffffffffff01', 'hex')

/** A wrong expected version is an answer here, not an error; the fields of 20.6 are set for clients of that time. */
export function encodeAppendWrongVersion(current: number, expected: ExpectedRevision): Buffer {
  const wrong = new streamsPb.AppendResp.WrongExpectedVersion()
  if (current < 0) {
    wrong.setCurrentNoStream(empty())
    wrong.setNoStream2060(empty())
  } else {
    wrong.setCurrentRevision(String(current))
    wrong.setCurrentRevision2060(current)
  }
  if (expected === 'any') {
    wrong.setExpectedAny(empty())
    wrong.setAny2060(empty())
  } else if (expected === 'stream_exists') {
    wrong.setExpectedStreamExists(empty())
    wrong.setStreamExists2060(empty())
  } else if (expected === 'no_stream') {
    wrong.setExpectedNoStream(empty())
  } else {
    wrong.setExpectedRevision(String(expected))
    wrong.setExpectedRevision2060(expected)
  }
  const known = Buffer.from(wrong.serializeBinary())
  return delimited(2, expected === 'no_stream' ? Buffer.concat([known, NO_STREAM_2060]) : known)
}
