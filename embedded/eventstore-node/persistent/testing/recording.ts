import fs from 'node:fs'
import persistent from '@eventstore/db-client/generated/persistent_pb.js'
import { z } from 'zod'

const schema = z.object({
  steps: z.array(z.object({ what: z.string(), client: z.unknown() })),
  wire: z.array(
    z.object({
      method: z.string(),
      event: z.string(),
      message: z.unknown().optional(),
      code: z.number().optional(),
      details: z.string().optional(),
      trailers: z.record(z.string(), z.string()).optional(),
    }),
  ),
})

/** What a real server and the client made of a scenario. */
export type Recording = z.infer<typeof schema>

export const loadRecording = (name: string): Recording => {
  const file = new URL(`../../testing/traces/${name}.json`, import.meta.url)
  return schema.parse(JSON.parse(fs.readFileSync(file, 'utf8')))
}

/** Fields that hold times, positions and names of connections: there, but different in each run. */
const volatile = new Set([
  'added',
  'updated',
  'averagePerSecond',
  'averageItemsPerSecond',
  'connectionName',
  'commitPosition',
  'preparePosition',
  'lastCheckpointedEventPosition',
  'lastCheckpointedEventRevision',
  'commit',
  'prepare',
])

const uuid = /^[0-9a-f-]{36}$/

/**
 * A value as the recordings write it down (bigint as text, bytes as base64), with a star for what differs from run to run.
 *
 * @param known Ids of events that are the same in each run; ids of links, for one, are not.
 */
export const steady = (value: unknown, known: ReadonlySet<string>, key = ''): unknown => {
  if (volatile.has(key)) return '*'
  if (typeof value === 'bigint') return String(value)
  if (value instanceof Uint8Array) return `base64:${Buffer.from(value).toString('base64')}`
  if (typeof value === 'string' && key === 'customMetadata' && value !== '') {
    return steady(JSON.parse(Buffer.from(value, 'base64').toString('utf8')), known)
  }
  if (typeof value === 'string' && uuid.test(value)) return known.has(value) ? value : '*'
  if (typeof value === 'string') return value.replaceAll(/C:\d+\/P:\d{2,}/g, '*')
  if (Array.isArray(value)) {
    if (value[0] === 'created') return ['created', '*']
    return value.map((item) => steady(item, known))
  }
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, field]) => field !== undefined)
      .map(([name, field]) => [name, steady(field, known, name)]),
  )
}

/** Writes down the answers that the generated classes read, from now until it is stopped. */
export interface ResponseRecorder {
  readonly responses: { readonly method: string; readonly message: unknown }[]
  stop(): void
}

export const recordResponses = (): ResponseRecorder => {
  const responses: { method: string; message: unknown }[] = []
  const kinds = [
    ['Read', persistent.ReadResp],
    ['GetInfo', persistent.GetInfoResp],
    ['List', persistent.ListResp],
  ] as const
  const undo = kinds.map(([method, kind]) => {
    const original = kind.deserializeBinary.bind(kind)
    const recording = (bytes: Uint8Array) => {
      const message = original(bytes)
      responses.push({ method, message: message.toObject() })
      return message
    }
    Object.defineProperty(kind, 'deserializeBinary', { value: recording, configurable: true, writable: true })
    return () => {
      Object.defineProperty(kind, 'deserializeBinary', {
        value: original,
        configurable: true,
        writable: true,
      })
    }
  })
  return {
    responses,
    stop: () => {
      for (const each of undo) each()
    },
  }
}

const appendSchema = z.object({
  proposedMessagesList: z.array(z.object({ id: z.object({ string: z.string() }), data: z.string() })),
})
const dataSchema = z.object({ n: z.number() })

/** Ids of the events that a recording appends, by the number that each has in its data. */
export const recordedIds = ({ wire }: Recording): Map<number, string> => {
  const appends = wire.map(({ message }) => appendSchema.safeParse(message).data?.proposedMessagesList ?? [])
  return new Map(
    appends.flat().map(({ id, data }) => {
      const { n } = dataSchema.parse(JSON.parse(Buffer.from(data, 'base64').toString('utf8')))
      return [n, id.string]
    }),
  )
}

/** The answers of a recording to the calls of one method of the service. */
export const recordedResponses = ({ wire }: Recording, method: string): unknown[] =>
  wire
    .filter(
      (entry) => entry.event === 'response' && entry.method.endsWith(`.PersistentSubscriptions/${method}`),
    )
    .map(({ message }) => message)

/** The failures of a recording, with the trailers that the client reads. */
export const recordedFailures = ({ wire }: Recording): unknown[] =>
  wire
    .filter(({ code }) => code !== undefined && code !== 0)
    .map(({ code, details, trailers = {} }) => ({
      code,
      details,
      trailers: [trailers['exception'], trailers['stream-name'], trailers['group-name']],
    }))
