/**
 * Revisions of a stream here and there. They are the same but where events of the stream are no more in the export, removed by
 * a scavenge: the other server counts from 0 without holes.
 */
export interface Revisions {
  /** Notes the next event of a stream, in ascending order, and gives its revision there. */
  add(stream: string, revision: number): number
  /** Notes an event that the other server writes by itself: it has a revision there and none here. */
  skip(stream: string): void
  /** How many events the stream has there. */
  count(stream: string): number
  /** Revision there of an event; undefined where it is in the export no more. One to come has the next ones. */
  of(stream: string, revision: number): number | undefined
  /** Revision there of the first event that is not below this one. */
  boundary(stream: string, revision: number): number
}

/** Events from `from` on stand at `to` and after, until the next run. */
interface Run {
  readonly from: number
  readonly to: number
}

interface Known {
  /** None where all revisions are the same. */
  runs: Run[]
  next: number
  count: number
}

export function createRevisions(): Revisions {
  const streams = new Map<string, Known>()
  const NONE: Known = { runs: [], next: 0, count: 0 }

  const known = (stream: string): Known => {
    const found = streams.get(stream) ?? { runs: [], next: 0, count: 0 }
    streams.set(stream, found)
    return found
  }
  const runOf = ({ runs }: Known, revision: number): Run | undefined =>
    runs.findLast(({ from }) => from <= revision)

  /** Where the event would stand: the right place where it exists, that of the next one else. */
  function boundary(stream: string, revision: number): number {
    const found = streams.get(stream) ?? NONE
    if (revision >= found.next) return found.count + revision - found.next
    const run = runOf(found, revision)
    if (run === undefined) return found.runs.length === 0 ? revision : 0
    const end = found.runs[found.runs.indexOf(run) + 1]?.to ?? found.count
    return Math.min(run.to + revision - run.from, end)
  }

  return {
    add(stream, revision) {
      const found = known(stream)
      if (revision !== found.next) {
        if (found.runs.length === 0 && found.next > 0) found.runs.push({ from: 0, to: 0 })
        found.runs.push({ from: revision, to: found.count })
      }
      found.next = revision + 1
      return found.count++
    },
    skip(stream) {
      known(stream).count++
    },
    count: (stream) => streams.get(stream)?.count ?? 0,
    of(stream, revision) {
      const at = boundary(stream, revision)
      const found = streams.get(stream) ?? NONE
      if (revision >= found.next || found.runs.length === 0) return at
      const run = runOf(found, revision)
      const isThere = run !== undefined && run.to + revision - run.from === at
      const end = run === undefined ? 0 : (found.runs[found.runs.indexOf(run) + 1]?.to ?? found.count)
      return isThere && at < end ? at : undefined
    },
    boundary,
  }
}
