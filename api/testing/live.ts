import { Agent, request, type IncomingMessage } from 'node:http'
import { Readable } from 'node:stream'
import type { ReadableStream } from 'node:stream/web'
import { eventsOf } from '../../client/event-stream.ts'
import type { Schema } from '../../client/index.ts'
import type { Person } from './shop-api.ts'

/** A connection over which an order is followed, as an HTTP client has it. */
export interface LiveConnection {
  readonly status: number
  readonly headers: IncomingMessage['headers']
  /** The next event. @throws where it ends without one */
  next(): Promise<LiveMessage>
  /** All up to its end; those that were taken are not among them. */
  rest(): Promise<LiveMessage[]>
  /** All that has come over it so far. */
  text(): string
  /** Tears it down as a lost network does. */
  kill(): void
}

export interface LiveMessage {
  readonly event: string
  readonly id: string | undefined
  readonly data: Schema<'LiveOrderEvent'> & Schema<'LiveEnd'>
}

export interface LiveCall {
  readonly as: Pick<Person, 'token'>
  readonly lastEventId?: string
}

/** @param url of the API, for example `http://127.0.0.1:3000` */
export const followLive = async (
  url: string,
  orderId: string,
  { as, lastEventId }: LiveCall,
): Promise<LiveConnection> => {
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    const asked = request(`${url}/api/v1/orders/${orderId}/live`, {
      // a connection of its own
      agent: new Agent(),
      headers: {
        authorization: `Bearer ${as.token}`,
        ...(lastEventId !== undefined && { 'last-event-id': lastEventId }),
      },
    })
    asked.once('response', resolve).once('error', reject).end()
  })
  let text = ''
  answer.on('data', (chunk: Buffer) => {
    text += chunk.toString()
  })
  const body = Readable.toWeb(answer) as ReadableStream<Uint8Array>
  const events = eventsOf(body)
  const next = async (): Promise<LiveMessage | undefined> => {
    const { value, done } = await events.next()
    return done === true ? undefined : { ...value, data: JSON.parse(value.data) as LiveMessage['data'] }
  }
  return {
    status: answer.statusCode ?? 0,
    headers: answer.headers,
    next: async () => {
      const message = await next()
      if (message === undefined) throw new Error(`It has ended:\n${text}`)
      return message
    },
    rest: async () => {
      const messages: LiveMessage[] = []
      for (let message = await next(); message !== undefined; message = await next()) messages.push(message)
      return messages
    },
    text: () => text,
    kill: () => answer.destroy(),
  }
}
