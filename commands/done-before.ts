import { version as uuidVersion } from 'uuid'
import type { Streams } from '../eventstore/types.ts'
import type { Loaded } from './loaded.ts'

const PAGE = 500n
/** How far clocks may be apart, in milliseconds. */
const CLOCKS_APART_MS = 60_000

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i

/** When a command was first wished for, in milliseconds since the epoch: a UUID of version 7 says so (RFC 9562 §5.7). */
const firstWishedFor = (commandId: string): number | undefined =>
  UUID.test(commandId) && uuidVersion(commandId) === 7
    ? Number.parseInt(commandId.replaceAll('-', '').slice(0, 12), 16)
    : undefined

/**
 * Those of `commandIds` that have made events before the ones that `loaded` remembers. A command that is repeated a minute later, after
 * a crash, may have been followed by thousands on a busy stream: then the stream is read backwards to the time at which it was
 * first wished for. Ids that say no time are of commands that the domain itself recognises.
 * @throws StoreUnavailableError
 */
export const doneBefore = async (
  store: Pick<Streams, 'readStream'>,
  stream: string,
  loaded: Loaded<unknown>,
  commandIds: readonly string[],
): Promise<ReadonlySet<string>> => {
  const done = new Set<string>()
  const { oldest, hasOlder } = loaded.recentCommands
  if (!hasOlder || oldest === undefined || loaded.revision === undefined) return done

  const since = new Map<string, number>()
  for (const commandId of commandIds) {
    const time = firstWishedFor(commandId)
    if (time !== undefined && time - CLOCKS_APART_MS < oldest) since.set(commandId, time - CLOCKS_APART_MS)
  }
  let end = loaded.revision + 1n
  while (since.size > 0 && end > 0n) {
    const from = end > PAGE ? end - PAGE : 0n
    const { events } = await store.readStream(stream, { from, limit: Number(end - from) })
    for (const { metadata } of events) if (since.delete(metadata.commandId)) done.add(metadata.commandId)
    const reached = events[0]?.created.getTime() ?? Number.NEGATIVE_INFINITY
    for (const [commandId, time] of since) if (time > reached) since.delete(commandId)
    end = from
  }
  return done
}
