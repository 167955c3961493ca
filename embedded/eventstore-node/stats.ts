import os from 'node:os'
import type { NodeLog } from './log/log.ts'

/** Figures of the running node, by EventStoreDB's names for them. */
export type NodeStats = Readonly<Record<string, string | number>>

/** EventStoreDB gives this for what it does not measure. */
const NOT_MEASURED = -1

/** @param connections how many are open */
export function nodeStats(log: NodeLog, startTime: Date, connections: number): NodeStats {
  const { rss, heapTotal, heapUsed } = process.memoryUsage()
  const { userCPUTime, systemCPUTime, fsRead, fsWrite } = process.resourceUsage()
  const [oneMinute = 0, fiveMinutes = 0, fifteenMinutes = 0] = os.loadavg()
  return {
    'proc-startTime': startTime.toISOString(),
    'proc-id': process.pid,
    'proc-mem': rss,
    'proc-cpu': NOT_MEASURED,
    'proc-cpuTime': (userCPUTime + systemCPUTime) / 1e6,
    'proc-threadsCount': NOT_MEASURED,
    'proc-contentionsRate': NOT_MEASURED,
    'proc-thrownExceptionsRate': NOT_MEASURED,
    'proc-gc-totalBytesInHeaps': heapUsed,
    'proc-gc-heapSize': heapTotal,
    'proc-diskIo-readOps': fsRead,
    'proc-diskIo-writeOps': fsWrite,
    'proc-tcp-connections': connections,
    'sys-loadavg-1m': oneMinute,
    'sys-loadavg-5m': fiveMinutes,
    'sys-loadavg-15m': fifteenMinutes,
    'sys-freeMem': os.freemem(),
    'sys-totalMem': os.totalmem(),
    'es-checksum': log.end,
    'es-checksumNonFlushed': log.end,
    'es-streams': log.records.streamCount,
    'es-writer-lastCommitPosition': log.lastPosition,
  }
}
