import { isIdle, totalMs, type CpuProfile, type Frame } from './cpu-profile.ts'

/** Which part of the program a function belongs to; the first pattern that its address or name fits. */
const PARTS: readonly (readonly [string, RegExp])[] = [
  ['Postgres client (pg)', /node_modules\/pg/],
  ['protobuf', /node_modules\/(google-protobuf|protobufjs)|generated\/.*_pb/],
  ['gRPC', /node_modules\/@grpc/],
  ['EventStoreDB client', /node_modules\/@eventstore/],
  ['zod', /node_modules\/zod|fastify-type-provider-zod/],
  ['fastify', /node_modules\/(@?fastify|find-my-way|avvio|fast-|secure-json|light-my)/],
  ['pino', /node_modules\/(pino|sonic-boom|thread-stream)/],
  ['uuid', /node_modules\/uuid/],
  ['other packages', /node_modules\//],
  ['Node: http and http2', /^node:(_http|internal\/http|http)/],
  ['Node: streams and net', /^node:(net|internal\/stream|internal\/streams|stream|events)/],
  ['Node: other', /^node:/],
]

const ROOM =
  /\/(api|audit|bench|cli|commands|domain|embedded|eventstore|gateways|platform|processes|projections|supporting)\//

const partOf = ({ name, url }: Frame): string => {
  if (name === '(garbage collector)') return 'garbage collection'
  if (name === '(program)') return 'native code'
  if (url === '') return `system calls and built-ins`
  for (const [part, pattern] of PARTS) if (pattern.test(url)) return part
  const room = ROOM.exec(url)?.[1]
  return room === undefined ? 'other' : `${room}/`
}

export interface SelfTime {
  readonly part: string
  readonly ms: number
  /** Of all time that was not idle, from 0 to 1. */
  readonly share: number
}

/** Where the time of a process goes by itself, callees aside: by `key`, the longest first. */
export const selfTimes = ({ root }: CpuProfile, key: (frame: Frame) => string = partOf): SelfTime[] => {
  const times = new Map<string, number>()
  const add = (frame: Frame): void => {
    if (frame.selfMs > 0 && !isIdle(frame)) {
      const part = key(frame)
      times.set(part, (times.get(part) ?? 0) + frame.selfMs)
    }
    for (const child of frame.children) add(child)
  }
  add(root)
  const all = totalMs(root)
  return [...times]
    .map(([part, ms]) => ({ part, ms, share: ms / all }))
    .sort((one, other) => other.ms - one.ms)
}

/** Each function for itself. */
export const functionOf = ({ name, url }: Frame): string =>
  `${name === '' ? '(anonymous)' : name} ${url.replace(/^.*\/(node_modules\/)?(?=[^/]+\/[^/]+\/[^/]+$)/, '')}`
