import monitoringGrpc from '@eventstore/db-client/generated/monitoring_grpc_pb.js'
import monitoringPb from '@eventstore/db-client/generated/monitoring_pb.js'
import type { handleServerStreamingCall } from '@grpc/grpc-js'
import type { Register } from './register.ts'
import type { NodeStats } from '../stats.ts'

const DEFAULT_PERIOD = 30_000
const SHORTEST_PERIOD = 100

/** Registers `event_store.client.monitoring.Monitoring`: the node's figures, again after each period. */
export function addMonitoringService(register: Register, stats: () => NodeStats): void {
  const serve: handleServerStreamingCall<monitoringPb.StatsReq, monitoringPb.StatsResp> = (call) => {
    const send = (): void => {
      const response = new monitoringPb.StatsResp()
      const map = response.getStatsMap()
      for (const [key, value] of Object.entries(stats())) map.set(key, String(value))
      call.write(response)
    }
    const asked = Number(call.request.getRefreshTimePeriodInMs())
    const timer = setInterval(send, asked > 0 ? Math.max(asked, SHORTEST_PERIOD) : DEFAULT_PERIOD)
    const stop = (): void => {
      clearInterval(timer)
    }
    call.on('cancelled', stop)
    call.on('close', stop)
    send()
  }
  register(monitoringGrpc.MonitoringService, { stats: serve })
}
