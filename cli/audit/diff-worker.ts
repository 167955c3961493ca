import { createComparison, type Difference } from '../../audit/diff/compare.ts'
import { loadDomain, OtherDomainError } from '../../audit/diff/other-domain.ts'
import { foldHistory } from '../../audit/verify/fold-history.ts'
import { withEventStore } from '../tools/servers.ts'
import type { DiffMessage } from './diff.ts'

// The other domain's code runs in this process alone. It is given the store to read from, through its parent, and nothing else.

const send = (message: DiffMessage): Promise<void> =>
  new Promise((resolve, reject) => {
    process.send?.(message, undefined, {}, (error) => {
      if (error === null) resolve()
      else reject(error)
    })
  })

const [, , path = '', keep = '50'] = process.argv
const stopping = new AbortController()
process.on('disconnect', () => {
  process.exit(1)
})

try {
  const other = await loadDomain(path)
  const shown = { event: 0, decision: 0, state: 0 }
  const tell = (difference: Difference): void => {
    shown[difference.kind] += 1
    if (shown[difference.kind] <= Number(keep)) void send({ kind: 'difference', difference })
  }
  const comparison = createComparison(other, tell)
  let unreadable = 0
  await withEventStore(process.env, stopping.signal, async ({ store }) => {
    await foldHistory(
      {
        store,
        signal: stopping.signal,
        onProgress: (progress) => void send({ kind: 'progress', progress }),
      },
      {
        take: comparison.take,
        takeUnreadable: () => {
          unreadable += 1
        },
      },
    )
  })
  await send({ kind: 'result', result: { ...comparison.finish(), unreadable } })
} catch (error) {
  const sentence = error instanceof Error ? error.message : String(error)
  await send({
    kind: 'failure',
    sentence: error instanceof OtherDomainError ? `--against: ${sentence}` : sentence,
  })
}
process.exit(0)
