import gossipGrpc from '@eventstore/db-client/generated/gossip_grpc_pb.js'
import gossipPb from '@eventstore/db-client/generated/gossip_pb.js'
import sharedPb from '@eventstore/db-client/generated/shared_pb.js'
import type { handleUnaryCall } from '@grpc/grpc-js'
import type { Register } from './register.ts'

/** What the node says of itself to those who look for a cluster's members. */
export interface Member {
  readonly instanceId: string
  /** Where the node listens, for callers that don't say how they reached it. */
  readonly host: string
  readonly port: number
}

/** `host:port` as in an `:authority` header; IPv6 addresses stand in brackets. */
export function parseAuthority(authority: string): { host: string; port: number } | undefined {
  const match = /^(?:\[(?<v6>[^\]]+)\]|(?<name>[^:]+)):(?<port>\d+)$/.exec(authority)
  const host = match?.groups?.['v6'] ?? match?.groups?.['name']
  return host === undefined ? undefined : { host, port: Number(match?.groups?.['port']) }
}

/** An id as two signed numbers, as EventStoreDB sends those that nobody asked for as text. */
function structuredUuid(text: string): sharedPb.UUID {
  const bytes = Buffer.from(text.replaceAll('-', ''), 'hex')
  const halves = new sharedPb.UUID.Structured()
  halves.setMostSignificantBits(String(bytes.readBigInt64BE(0)))
  halves.setLeastSignificantBits(String(bytes.readBigInt64BE(8)))
  return new sharedPb.UUID().setStructured(halves)
}

/** Registers `event_store.client.gossip.Gossip`: a cluster of one leader, at the address under which the caller knows it. */
export function addGossipService(register: Register, member: () => Member): void {
  const read: handleUnaryCall<sharedPb.Empty, gossipPb.ClusterInfo> = (call, respond) => {
    const self = member()
    const address = parseAuthority(call.getHost()) ?? self
    const endPoint = new gossipPb.EndPoint()
    endPoint.setAddress(address.host)
    endPoint.setPort(address.port)
    const info = new gossipPb.MemberInfo()
    info.setInstanceId(structuredUuid(self.instanceId))
    info.setTimeStamp(String(BigInt(Date.now()) * 10_000n))
    info.setState(gossipPb.MemberInfo.VNodeState.LEADER)
    info.setIsAlive(true)
    info.setHttpEndPoint(endPoint)
    const response = new gossipPb.ClusterInfo()
    response.setMembersList([info])
    respond(null, response)
  }
  register(gossipGrpc.GossipService, { read })
}
