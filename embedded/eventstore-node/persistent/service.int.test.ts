import generated from '@eventstore/db-client/generated/persistent_grpc_pb.js'
import persistent from '@eventstore/db-client/generated/persistent_pb.js'
import shared from '@eventstore/db-client/generated/shared_pb.js'
import { credentials, Metadata, Server, ServerCredentials, status, type ServiceError } from '@grpc/grpc-js'
import { expect } from 'chai'
import { openLog, type NodeLog } from '../log/log.ts'
import { AccessDeniedError } from '../users/errors.ts'
import {
  persistentSubscriptionsService,
  type Operation,
  type PersistentSubscriptionsService,
} from './service.ts'
import { usual } from './testing/world.ts'

describe('who may do what with persistent subscriptions', () => {
  let log: NodeLog
  let service: PersistentSubscriptionsService
  let server: Server
  let client: InstanceType<typeof generated.PersistentSubscriptionsClient>
  let asked: [Operation, string | undefined][]
  let allowed: readonly Operation[]

  beforeEach(async () => {
    asked = []
    allowed = []
    log = openLog()
    service = persistentSubscriptionsService(log, {
      authorize: (metadata, operation, stream) => {
        asked.push([operation, stream])
        if (!allowed.includes(operation)) throw new AccessDeniedError()
        return String(metadata.get('user')[0])
      },
    })
    await service.registry.create({ stream: 's' }, 'g', usual, 'system')
    server = new Server()
    server.addService(service.definition, service.implementation)
    const port = await new Promise<number>((resolve, reject) => {
      server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) => {
        if (error === null) resolve(bound)
        else reject(error)
      })
    })
    client = new generated.PersistentSubscriptionsClient(`127.0.0.1:${port}`, credentials.createInsecure())
  })

  afterEach(async () => {
    client.close()
    server.forceShutdown()
    await service.close()
    await log.close()
  })

  const stream = () => new shared.StreamIdentifier().setStreamName(Buffer.from('s'))
  const asAnna = (): Metadata => {
    const metadata = new Metadata()
    metadata.set('user', 'anna')
    return metadata
  }
  type Answer = (error: ServiceError | null) => void

  const calls: [Operation, string | undefined, (answer: Answer) => void][] = [
    [
      'create',
      '$all',
      (answer) => client.create(new persistent.CreateReq().setOptions(allOptions()), asAnna(), answer),
    ],
    [
      'update',
      's',
      (answer) => client.update(new persistent.UpdateReq().setOptions(streamOptions()), asAnna(), answer),
    ],
    [
      'delete',
      's',
      (answer) => {
        const options = new persistent.DeleteReq.Options().setGroupName('g').setStreamIdentifier(stream())
        client.delete(new persistent.DeleteReq().setOptions(options), asAnna(), answer)
      },
    ],
    [
      'statistics',
      's',
      (answer) => {
        const options = new persistent.GetInfoReq.Options().setGroupName('g').setStreamIdentifier(stream())
        client.getInfo(new persistent.GetInfoReq().setOptions(options), asAnna(), answer)
      },
    ],
    [
      'statistics',
      undefined,
      (answer) => {
        const options = new persistent.ListReq.Options().setListAllSubscriptions(new shared.Empty())
        client.list(new persistent.ListReq().setOptions(options), asAnna(), answer)
      },
    ],
    [
      'replay',
      's',
      (answer) => {
        const options = new persistent.ReplayParkedReq.Options()
          .setGroupName('g')
          .setStreamIdentifier(stream())
        client.replayParked(new persistent.ReplayParkedReq().setOptions(options), asAnna(), answer)
      },
    ],
    ['restart', undefined, (answer) => client.restartSubsystem(new shared.Empty(), asAnna(), answer)],
    [
      'process',
      's',
      (answer) => {
        const call = client.read(asAnna())
        call.once('data', () => {
          call.cancel()
          answer(null)
        })
        call.on('error', answer)
        const options = new persistent.ReadReq.Options()
          .setGroupName('g')
          .setBufferSize(1)
          .setStreamIdentifier(stream())
        call.write(new persistent.ReadReq().setOptions(options))
      },
    ],
  ]

  const allOptions = () =>
    new persistent.CreateReq.Options()
      .setGroupName('a')
      .setSettings(new persistent.CreateReq.Settings().setHistoryBufferSize(100).setReadBatchSize(10))
      .setAll(new persistent.CreateReq.AllOptions().setStart(new shared.Empty()))
  const streamOptions = () =>
    new persistent.UpdateReq.Options()
      .setGroupName('g')
      .setSettings(new persistent.UpdateReq.Settings().setHistoryBufferSize(100).setReadBatchSize(10))
      .setStreamIdentifier(stream())

  for (const [operation, about, call] of calls) {
    it(`asks about ${operation} of ${about ?? 'all'}, and refuses as it is told`, async () => {
      const refusal = await new Promise<ServiceError | null>((resolve) => {
        call(resolve)
      })
      expect(refusal).to.include({ code: status.PERMISSION_DENIED, details: 'Access Denied' })
      expect(refusal?.metadata.get('exception')).to.deep.equal(['access-denied'])
      allowed = [operation]
      expect(
        await new Promise((resolve) => {
          call(resolve)
        }),
      ).to.equal(null)
      expect(asked).to.deep.equal([
        [operation, about],
        [operation, about],
      ])
    })
  }

  it('writes down who changed the groups', async () => {
    allowed = ['update']
    await new Promise((resolve) =>
      client.update(new persistent.UpdateReq().setOptions(streamOptions()), asAnna(), resolve),
    )
    const [last] = log.readBackwards('$persistentSubscriptionConfig', 99, 1)
    expect(JSON.parse(Buffer.from(last?.data ?? []).toString())).to.include({ updatedBy: 'anna' })
  })
})
