import type { EventLog } from './log/types.ts'

/** Figures of the running node, by EventStoreDB's names for them. */
export type NodeStats = Readonly<Record<string, string | number>>

export function nodeStats(log: EventLog, startTime: Date): NodeStats {
  const { rss, heapUsed } = process.memoryUsage()
  const { user, system } = process.cpuUsage()
  return {
    'proc-startTime': startTime.toISOString(),
    'proc-id': process.pid,
    'proc-mem': rss,
    'proc-cpu-time': (user + system) / 1e6,
    'proc-gc-totalBytesInHeaps': heapUsed,
    'es-checksum': log.end,
    'es-writer-lastCommitPosition': log.lastPosition,
  }
}
