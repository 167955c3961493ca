import type { Consumer, Message } from '../message.ts'
import { offer } from './offer.ts'
import type { ConsumerStrategy } from './strategy.ts'

const bucketCount = 1024

interface Bucket {
  /** Undefined while no consumer has it. */
  consumer: Consumer | undefined
  inFlight: number
}

/** FNV-1a, 32 bits, over UTF-16 code units: spreads names evenly, and needs no more than that. */
const hash = (text: string): number => {
  let value = 0x811c9dc5
  for (let index = 0; index < text.length; index++) {
    value = Math.imul(value ^ text.charCodeAt(index), 0x01000193)
  }
  return value >>> 0
}

/**
 * Sends what has the same key to the same consumer while that one is connected. Keys fall into 1,024 buckets; a bucket
 * goes to the consumer that has the fewest when its first message comes. A new consumer takes buckets over from those
 * that have more than their share, idle ones first; those of a consumer that leaves are given out anew. So order by key
 * holds, except around such a change: consumers have to bear an overlap, as they have with EventStoreDB.
 */
const pinned = (keyOf: (message: Message) => string): ConsumerStrategy => {
  const buckets = Array.from({ length: bucketCount }, (): Bucket => ({ consumer: undefined, inFlight: 0 }))
  const owned = new Map<Consumer, number>()
  let assigned = 0

  const give = (bucket: Bucket, consumer: Consumer): void => {
    if (bucket.consumer === undefined) assigned++
    else owned.set(bucket.consumer, (owned.get(bucket.consumer) ?? 0) - 1)
    bucket.consumer = consumer
    bucket.inFlight = 0
    owned.set(consumer, (owned.get(consumer) ?? 0) + 1)
  }

  const leastBusy = (): Consumer | undefined => {
    let chosen: Consumer | undefined
    let fewest = Infinity
    for (const [consumer, count] of owned) {
      if (count < fewest) {
        chosen = consumer
        fewest = count
      }
    }
    return chosen
  }

  const bucketOf = (message: Message): Bucket | undefined => {
    if (message.bucket < 0) message.bucket = hash(keyOf(message)) % bucketCount
    return buckets[message.bucket]
  }

  const anyCapacity = (): boolean => {
    for (const consumer of owned.keys()) {
      if (consumer.inFlight < consumer.bufferSize && consumer.canReceive()) return true
    }
    return false
  }

  return {
    added: (consumer) => {
      owned.set(consumer, 0)
      const share = Math.ceil(assigned / owned.size)
      for (const [other, count] of [...owned]) {
        if (other === consumer || count <= share) continue
        const surplus = buckets
          .filter((bucket) => bucket.consumer === other)
          .sort((a, b) => a.inFlight - b.inFlight)
          .slice(0, count - share)
        for (const bucket of surplus) give(bucket, consumer)
      }
    },
    removed: (consumer) => {
      owned.delete(consumer)
      for (const bucket of buckets) {
        if (bucket.consumer !== consumer) continue
        bucket.consumer = undefined
        bucket.inFlight = 0
        assigned--
      }
    },
    push: (message) => {
      if (!anyCapacity()) return 'no_capacity'
      const bucket = bucketOf(message)
      if (bucket === undefined) return 'skipped'
      if (bucket.consumer === undefined) {
        const chosen = leastBusy()
        if (chosen === undefined) return 'no_capacity'
        give(bucket, chosen)
      }
      if (bucket.consumer === undefined || !offer(bucket.consumer, message)) return 'skipped'
      bucket.inFlight++
      return 'sent'
    },
    released: (consumer, message) => {
      const bucket = bucketOf(message)
      if (bucket?.consumer === consumer && bucket.inFlight > 0) bucket.inFlight--
    },
  }
}

/** The stream that a message is about: that of the linked event, also where the link leads nowhere. */
const streamOf = ({ resolved: { event }, original }: Message): string => {
  const source = event ?? original
  if (source.type !== '$>') return source.stream
  const target = Buffer.from(source.data).toString('utf8')
  return target.slice(target.indexOf('@') + 1)
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** `$correlationId` of an event's metadata, where that is JSON and says so in a text. */
const correlationOf = (metadata: Uint8Array): string | undefined => {
  if (metadata.length === 0) return undefined
  try {
    const parsed: unknown = JSON.parse(Buffer.from(metadata).toString('utf8'))
    const correlation = isRecord(parsed) ? parsed['$correlationId'] : undefined
    return typeof correlation === 'string' ? correlation : undefined
  } catch {
    // metadata may be any bytes: then it names no correlation
    return undefined
  }
}

export const pinnedByStream = (): ConsumerStrategy => pinned(streamOf)

/** Events without a correlation id are pinned by their stream. */
export const pinnedByCorrelation = (): ConsumerStrategy =>
  pinned(
    (message) => correlationOf((message.resolved.event ?? message.original).metadata) ?? streamOf(message),
  )
