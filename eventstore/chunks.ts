import type { Readable } from 'node:stream'
import { setImmediate as nextTurn } from 'node:timers/promises'

/**
 * The items of an object stream, as many at a time as stand ready or come in the next turns of the event loop without a pause, but at
 * most `size()`. Ends when the stream ends, is destroyed or `signal` is aborted; fails when the stream does, after the items that came
 * before the failure. Leaves the stream as it is: whoever made it destroys it.
 */
export async function* inChunks<Item>(
  stream: Readable,
  size: () => number,
  signal: AbortSignal,
): AsyncGenerator<Item[], void, undefined> {
  let failure: { readonly error: unknown } | undefined
  let isOver = stream.destroyed || stream.readableEnded
  let wake = (): void => undefined
  const onReadable = (): void => {
    wake()
  }
  const onOver = (): void => {
    isOver = true
    wake()
  }
  const onError = (error: unknown): void => {
    failure ??= { error }
    wake()
  }
  stream.on('readable', onReadable).on('end', onOver).on('close', onOver).on('error', onError)
  signal.addEventListener('abort', onReadable)
  try {
    while (!isAborted(signal)) {
      const most = size()
      const chunk = takeReady<Item>(stream, most)
      for (let more = chunk; more.length > 0 && chunk.length < most && !isAborted(signal);) {
        // who is behind gets a network packet in each turn: larger chunks are cheaper for whoever works on them
        await nextTurn()
        more = takeReady<Item>(stream, most - chunk.length)
        chunk.push(...more)
      }
      if (chunk.length > 0) {
        yield chunk
        continue
      }
      if (failure !== undefined) throw failure.error
      if (isOver) return
      await new Promise<void>((resolve) => {
        wake = resolve
      })
    }
  } finally {
    stream.off('readable', onReadable).off('end', onOver).off('close', onOver).off('error', onError)
    signal.removeEventListener('abort', onReadable)
  }
}

const isAborted = (signal: AbortSignal): boolean => signal.aborted

const takeReady = <Item>(stream: Readable, most: number): Item[] => {
  const taken: Item[] = []
  while (taken.length < most && !stream.destroyed) {
    // what a stream brings is a promise of whoever made it
    const item = stream.read() as Item | null
    if (item === null) break
    taken.push(item)
  }
  return taken
}
