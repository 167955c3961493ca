import type grpc from '@grpc/grpc-js'
import type persistent from '@eventstore/db-client/generated/persistent_pb.js'
import { encodeConfirmation } from '../codec/read-resp.ts'
import { OutOfRangeError } from '../streams/unsigned-long.ts'
import { encodeMessage } from './encode-event.ts'
import { InvalidRequestError, PersistentSubscriptionError } from './errors.ts'
import type { Group } from './group.ts'
import { callFailure } from './grpc-errors.ts'
import type { Consumer } from './message.ts'
import type { ReadRequest } from './read-request.ts'
import type { Registry } from './registry.ts'
import { groupKey } from './settings.ts'
import { timingStatistics } from './statistics.ts'
import { nackAction, required, streamOf } from './wire.ts'

/** Requests come decoded, messages leave encoded. */
type Call = grpc.ServerDuplexStream<ReadRequest, Buffer>

/**
 * A connected consumer. Messages that have not left yet are at most as many as it may hold: those that time out meanwhile
 * go to others, so one that stopped reading keeps what it has and gets no more.
 */
const consumerOf = (
  call: Call,
  group: Group,
  options: persistent.ReadReq.Options,
  username: string,
): Consumer => {
  const [connectionName] = call.metadata.get('connection-name')
  const bufferSize = options.getBufferSize()
  const structured = options.getUuidOption()?.hasString() !== true
  let unsent = 0
  return {
    name: connectionName?.toString() ?? '<unknown>',
    username,
    bufferSize,
    inFlight: 0,
    totalItems: 0,
    lastTotalItems: 0,
    timings: group.settings.extraStatistics ? timingStatistics() : undefined,
    canReceive: () => unsent < bufferSize,
    send: (message) => {
      unsent++
      call.write(encodeMessage(message, structured), () => {
        if (unsent-- === bufferSize) group.wake()
      })
    },
    drop: () => {
      const { source, name } = group
      fail(call, new PersistentSubscriptionError('persistent-subscription-dropped', source.stream, name))
    },
  }
}

const fail = (call: Call, error: unknown): void => {
  // grpc-js takes the status of a stream from the error that it emits
  if (!call.cancelled) call.emit('error', callFailure(error))
}

const answer = (group: Group, request: ReadRequest): void => {
  if (request.kind === 'ack') group.ack(request.ids)
  else if (request.kind === 'nack') group.nack(request.ids, nackAction(request.action), request.reason)
  else throw new InvalidRequestError('a consumer that is subscribed can only ack and nack')
}

/**
 * Handles `Read`: options first, then the consumer's answers; out go the confirmation and the messages.
 *
 * @param authorize Says who consumes, or throws AccessDeniedError. Asked again with each answer, because consumers stay for
 * long, and rights change.
 */
export const readHandler =
  (
    registry: Registry,
    authorize: (metadata: grpc.Metadata, stream: string) => string,
  ): grpc.handleBidiStreamingCall<ReadRequest, Buffer> =>
  (call) => {
    let subscribed: { readonly group: Group; readonly consumer: Consumer } | undefined

    const subscribe = (options: persistent.ReadReq.Options): void => {
      const stream = streamOf(options)
      const username = authorize(call.metadata, stream)
      if (options.getBufferSize() <= 0) throw new OutOfRangeError('buffer size', 'it must be positive')
      const group = registry.group(stream, options.getGroupName())
      group.admit()
      if (call.cancelled) return
      const consumer = consumerOf(call, group, options, username)
      call.write(encodeConfirmation(groupKey(stream, group.name)))
      subscribed = { group, consumer }
      group.add(consumer)
    }

    const leave = (): void => {
      subscribed?.group.remove(subscribed.consumer)
      subscribed = undefined
    }

    call.on('data', (request: ReadRequest) => {
      try {
        if (subscribed === undefined)
          subscribe(required(request.kind === 'options' ? request.options : undefined, 'options'))
        else {
          authorize(call.metadata, subscribed.group.source.stream)
          answer(subscribed.group, request)
        }
      } catch (error) {
        leave()
        fail(call, error)
      }
    })
    call.on('cancelled', leave)
    call.on('error', leave)
  }
