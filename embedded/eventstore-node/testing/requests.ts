import sharedPb from '@eventstore/db-client/generated/shared_pb.js'
import streamsPb from '@eventstore/db-client/generated/streams_pb.js'
import timestampPb from 'google-protobuf/google/protobuf/timestamp_pb.js'
import { bytesOf, fieldsOf, listOf, textOf } from './trace.ts'

/** Builds the requests of a recording again, from their `toObject()` form, which the generated classes don't read. */

const empty = (): sharedPb.Empty => new sharedPb.Empty()
const identifierOf = (value: unknown): sharedPb.StreamIdentifier =>
  new sharedPb.StreamIdentifier().setStreamName(bytesOf(fieldsOf(value)['streamName']))
const uuidOf = (value: unknown): sharedPb.UUID =>
  new sharedPb.UUID().setString(textOf(fieldsOf(value)['string']))

interface Expecting {
  setNoStream(value: sharedPb.Empty): unknown
  setAny(value: sharedPb.Empty): unknown
  setStreamExists(value: sharedPb.Empty): unknown
}

function setExpected(target: Expecting, source: unknown, setExact: () => unknown): void {
  const fields = fieldsOf(source)
  if (fields['noStream'] !== undefined) target.setNoStream(empty())
  else if (fields['any'] !== undefined) target.setAny(empty())
  else if (fields['streamExists'] !== undefined) target.setStreamExists(empty())
  else setExact()
}

interface Proposed {
  setId(value: sharedPb.UUID): unknown
  setData(value: Uint8Array): unknown
  setCustomMetadata(value: Uint8Array): unknown
  getMetadataMap(): { set(key: string, value: string): unknown }
}

function fillProposed<T extends Proposed>(target: T, source: unknown): T {
  const fields = fieldsOf(source)
  target.setId(uuidOf(fields['id']))
  target.setData(bytesOf(fields['data']))
  target.setCustomMetadata(bytesOf(fields['customMetadata']))
  for (const entry of listOf(fields['metadataMap'])) {
    const [key, value] = listOf(entry)
    target.getMetadataMap().set(textOf(key), textOf(value))
  }
  return target
}

/** @param deadline milliseconds since the Unix epoch, in the place of the recording's */
export function batchAppendReq(source: unknown, deadline: number): streamsPb.BatchAppendReq {
  const fields = fieldsOf(source)
  const given = fieldsOf(fields['options'])
  const options = new streamsPb.BatchAppendReq.Options()
    .setStreamIdentifier(identifierOf(given['streamIdentifier']))
    .setDeadline(timestampPb.Timestamp.fromDate(new Date(deadline)))
  setExpected(options, given, () => options.setStreamPosition(textOf(given['streamPosition'])))
  return new streamsPb.BatchAppendReq()
    .setCorrelationId(uuidOf(fields['correlationId']))
    .setOptions(options)
    .setProposedMessagesList(
      listOf(fields['proposedMessagesList']).map((proposed) =>
        fillProposed(new streamsPb.BatchAppendReq.ProposedMessage(), proposed),
      ),
    )
    .setIsFinal(fields['isFinal'] === true)
}

export function appendReq(source: unknown): streamsPb.AppendReq {
  const fields = fieldsOf(source)
  const request = new streamsPb.AppendReq()
  if (fields['proposedMessage'] !== undefined) {
    const proposed = fillProposed(new streamsPb.AppendReq.ProposedMessage(), fields['proposedMessage'])
    return request.setProposedMessage(proposed)
  }
  const given = fieldsOf(fields['options'])
  const options = new streamsPb.AppendReq.Options().setStreamIdentifier(
    identifierOf(given['streamIdentifier']),
  )
  setExpected(options, given, () => options.setRevision(textOf(given['revision'])))
  return request.setOptions(options)
}

export function deleteReq(source: unknown): streamsPb.DeleteReq {
  const given = fieldsOf(fieldsOf(source)['options'])
  const options = new streamsPb.DeleteReq.Options().setStreamIdentifier(
    identifierOf(given['streamIdentifier']),
  )
  setExpected(options, given, () => options.setRevision(textOf(given['revision'])))
  return new streamsPb.DeleteReq().setOptions(options)
}

export function tombstoneReq(source: unknown): streamsPb.TombstoneReq {
  const given = fieldsOf(fieldsOf(source)['options'])
  const options = new streamsPb.TombstoneReq.Options().setStreamIdentifier(
    identifierOf(given['streamIdentifier']),
  )
  setExpected(options, given, () => options.setRevision(textOf(given['revision'])))
  return new streamsPb.TombstoneReq().setOptions(options)
}

/** A read of a stream, all that the replayed recordings have. */
export function readStreamReq(source: unknown): streamsPb.ReadReq {
  const given = fieldsOf(fieldsOf(source)['options'])
  const from = fieldsOf(given['stream'])
  const stream = new streamsPb.ReadReq.Options.StreamOptions().setStreamIdentifier(
    identifierOf(from['streamIdentifier']),
  )
  if (from['start'] !== undefined) stream.setStart(empty())
  else if (from['end'] !== undefined) stream.setEnd(empty())
  else stream.setRevision(textOf(from['revision']))
  const { FORWARDS, BACKWARDS } = streamsPb.ReadReq.Options.ReadDirection
  const options = new streamsPb.ReadReq.Options()
    .setStream(stream)
    .setReadDirection(given['readDirection'] === 1 ? BACKWARDS : FORWARDS)
    .setResolveLinks(given['resolveLinks'] === true)
    .setCount(textOf(given['count']))
    .setNoFilter(empty())
    .setUuidOption(new streamsPb.ReadReq.Options.UUIDOption().setString(empty()))
  return new streamsPb.ReadReq().setOptions(options)
}
