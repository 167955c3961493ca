import gossipGrpc from '@eventstore/db-client/generated/gossip_grpc_pb.js'
import gossipPb from '@eventstore/db-client/generated/gossip_pb.js'
import sharedPb from '@eventstore/db-client/generated/shared_pb.js'
import { credentials } from '@grpc/grpc-js'
import { expect } from 'chai'
import { readUuid } from '../codec/uuid.ts'
import { cursorOf } from '../codec/wire.ts'
import { startNode, type EventStoreNode } from '../node.ts'
import { fieldsOf, listOf } from '../testing/trace.ts'

describe('Gossip', () => {
  let node: EventStoreNode
  before(async () => {
    node = await startNode({ inMemory: true })
  })
  after(() => node.close())

  it('names one leader, by the id that HTTP gives too, in two halves as EventStoreDB sends it', async () => {
    const client = new gossipGrpc.GossipClient(`127.0.0.1:${node.port}`, credentials.createInsecure())
    const info = await new Promise<gossipPb.ClusterInfo>((resolve, reject) =>
      client.read(new sharedPb.Empty(), (error, answer) => {
        if (error === null) resolve(answer)
        else reject(error)
      }),
    )
    client.close()
    const [member, ...others] = info.getMembersList()
    expect(others).to.deep.equal([])
    expect(member?.getState()).to.equal(gossipPb.MemberInfo.VNodeState.LEADER)
    expect(member?.getHttpEndPoint()?.toObject()).to.deep.equal({ address: '127.0.0.1', port: node.port })
    const id = member?.getInstanceId()
    expect(id?.hasStructured()).to.equal(true)
    const overHttp: unknown = await (await fetch(`http://127.0.0.1:${node.port}/gossip`)).json()
    const [there] = listOf(fieldsOf(overHttp)['members'])
    expect(readUuid(cursorOf(Buffer.from(id?.serializeBinary() ?? [])))).to.equal(
      fieldsOf(there)['instanceId'],
    )
  })
})
