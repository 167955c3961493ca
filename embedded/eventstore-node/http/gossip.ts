import type { NodeLog } from '../log/log.ts'
import { parseAuthority, type Member } from '../services/gossip.ts'
import type { Access } from '../users/access.ts'
import { SERVER_VERSION } from '../version.ts'
import { json, type HttpRoute } from './exchange.ts'

/** `/gossip`: a cluster of one leader, at the address under which the caller knows it. */
export function gossipRoute(log: NodeLog, access: Access, member: () => Member): HttpRoute {
  return ({ method, url, user }) => {
    if (method !== 'GET' || url.pathname !== '/gossip') return undefined
    access.require(user, 'gossip')
    const self = member()
    const { host, port } = parseAuthority(url.host) ?? self
    return json({
      members: [
        {
          instanceId: self.instanceId,
          timeStamp: new Date().toISOString(),
          state: 'Leader',
          isAlive: true,
          internalTcpIp: host,
          internalTcpPort: 0,
          internalSecureTcpPort: 0,
          externalTcpIp: host,
          externalTcpPort: 0,
          externalSecureTcpPort: 0,
          httpEndPointIp: host,
          httpEndPointPort: port,
          lastCommitPosition: log.lastPosition,
          writerCheckpoint: log.end,
          chaserCheckpoint: log.end,
          epochPosition: 0,
          epochNumber: 0,
          epochId: self.instanceId,
          nodePriority: 0,
          isReadOnlyReplica: false,
          esVersion: `${SERVER_VERSION}.0`,
        },
      ],
      serverIp: host,
      serverPort: port,
    })
  }
}
