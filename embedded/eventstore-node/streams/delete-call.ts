import streamsPb from '@eventstore/db-client/generated/streams_pb.js'
import { status, type sendUnaryData } from '@grpc/grpc-js'
import type { AppendResult, EventLog, ExpectedRevision } from '../log/types.ts'
import { expectedRevisionOf, NOTHING_EXPECTED, streamNameOf, type StreamOptions } from './append-call.ts'
import {
  failure,
  failureOf,
  invalidArgument,
  streamDeleted,
  thrownByHandler,
  type CallFailure,
} from './failures.ts'
import type { Guard } from './reader.ts'

/** Expected revisions as the error texts of a delete name them. */
function versionNumber(expected: ExpectedRevision): number {
  if (expected === 'no_stream') return -1
  if (expected === 'any') return -2
  return expected === 'stream_exists' ? -4 : expected
}

const wrongExpectedVersion = (stream: string, expected: ExpectedRevision, current: number): CallFailure =>
  failure(
    status.FAILED_PRECONDITION,
    `Delete failed due to WrongExpectedVersion. Stream: ${stream}, ` +
      `Expected version: ${versionNumber(expected)}, Actual version: ${current}`,
    {
      exception: 'wrong-expected-version',
      'stream-name': stream,
      'expected-version': String(versionNumber(expected)),
      'actual-version': String(current),
    },
  )

/** What delete and tombstone have in common: one removes, the other answers with the position. */
async function remove(
  options: StreamOptions | undefined,
  guard: Guard,
  act: (stream: string, expected: ExpectedRevision) => Promise<AppendResult>,
): Promise<number | CallFailure> {
  if (options === undefined) return thrownByHandler('options: they are missing')
  try {
    const stream = streamNameOf(options)
    const expected = expectedRevisionOf(options)
    if (expected === undefined) return invalidArgument(NOTHING_EXPECTED)
    guard(stream)
    const result = await act(stream, expected)
    if (result.kind === 'appended') return result.position
    return result.kind === 'stream_deleted'
      ? streamDeleted(stream)
      : wrongExpectedVersion(stream, expected, result.current)
  } catch (error) {
    return failureOf(error)
  }
}

/** Serves a soft delete. */
export async function deleteStream(
  log: EventLog,
  request: streamsPb.DeleteReq,
  respond: sendUnaryData<streamsPb.DeleteResp>,
  guard: Guard,
): Promise<void> {
  const outcome = await remove(request.getOptions(), guard, (stream, expected) =>
    log.delete(stream, expected),
  )
  if (typeof outcome !== 'number') {
    respond(outcome)
    return
  }
  const position = new streamsPb.DeleteResp.Position()
  position.setCommitPosition(String(outcome))
  position.setPreparePosition(String(outcome))
  const response = new streamsPb.DeleteResp()
  response.setPosition(position)
  respond(null, response)
}

/** Serves a tombstone. */
export async function tombstoneStream(
  log: EventLog,
  request: streamsPb.TombstoneReq,
  respond: sendUnaryData<streamsPb.TombstoneResp>,
  guard: Guard,
): Promise<void> {
  const outcome = await remove(request.getOptions(), guard, (stream, expected) =>
    log.tombstone(stream, expected),
  )
  if (typeof outcome !== 'number') {
    respond(outcome)
    return
  }
  const position = new streamsPb.TombstoneResp.Position()
  position.setCommitPosition(String(outcome))
  position.setPreparePosition(String(outcome))
  const response = new streamsPb.TombstoneResp()
  response.setPosition(position)
  respond(null, response)
}
