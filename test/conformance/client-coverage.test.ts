import fs from 'node:fs'
import { ErrorType, EventStoreDBClient } from '@eventstore/db-client'
import { expect } from 'chai'

/**
 * What of the official client is tried where: each method that it has and each error that it can tell apart, with the file
 * and the words of a test there. A version of the client that has more is noticed here.
 */
type Place = readonly [file: string, words: string]

const appends = 'test/conformance/appends.int.test.ts'
const streams = 'test/conformance/streams.int.test.ts'
const all = 'test/conformance/all.int.test.ts'
const subscriptions = 'test/conformance/subscriptions.int.test.ts'
const persistent = 'test/conformance/persistent-subscriptions.int.test.ts'
const projections = 'test/conformance/projections.int.test.ts'
const client = 'test/conformance/client.int.test.ts'
const node = 'embedded/eventstore-node'
const recorded = `${node}/projections/recording.int.test.ts`

const METHODS: Readonly<Record<string, Place>> = {
  appendToStream: [appends, 'creates a stream and goes on in it'],
  deleteStream: [streams, 'hides its events; new ones go on from there'],
  tombstoneStream: [streams, 'is for good as a tombstone'],
  readStream: [client, 'a stream from every place in both directions, up to a count'],
  readAll: [all, 'goes on backwards from where it stopped, without gap or double'],
  getStreamMetadata: [streams, 'is kept with all its keys'],
  setStreamMetadata: [streams, 'leaves the newest events'],
  subscribeToStream: [subscriptions, 'gives what is there, then caughtUp, then what comes'],
  subscribeToAll: [all, 'reports how far it has looked'],

  createPersistentSubscriptionToStream: [persistent, 'deliver what is there and what comes'],
  updatePersistentSubscriptionToStream: [persistent, 'let their subscribers go when they are updated'],
  deletePersistentSubscriptionToStream: [persistent, 'let their subscribers go when they are updated'],
  subscribeToPersistentSubscriptionToStream: [persistent, 'park, skip and retry as they are told'],
  getPersistentSubscriptionToStreamInfo: [client, 'looks after persistent subscriptions over HTTP'],
  listPersistentSubscriptionsToStream: [client, 'looks after persistent subscriptions over HTTP'],
  replayParkedMessagesToStream: [persistent, 'replay what is parked, up to a count or all of it'],
  createPersistentSubscriptionToAll: [persistent, 'deliver what a filter on'],
  updatePersistentSubscriptionToAll: [client, 'changes a group on $all'],
  deletePersistentSubscriptionToAll: [client, 'changes a group on $all'],
  subscribeToPersistentSubscriptionToAll: [persistent, 'begin at a position'],
  getPersistentSubscriptionToAllInfo: [client, 'changes a group on $all'],
  listPersistentSubscriptionsToAll: [persistent, 'deliver what a filter on'],
  replayParkedMessagesToAll: [client, 'changes a group on $all'],
  listAllPersistentSubscriptions: [persistent, 'are listed, and say how they are'],
  restartPersistentSubscriptionSubsystem: [persistent, 'can be restarted all at once, and go on'],

  createProjection: [recorded, 'createProjection'],
  updateProjection: [recorded, 'updateProjection'],
  deleteProjection: [recorded, 'deleteProjection'],
  getProjectionResult: [recorded, 'getProjectionResult'],
  getProjectionState: [recorded, 'getProjectionState'],
  resetProjection: [recorded, 'resetProjection'],
  abortProjection: [recorded, 'abortProjection'],
  enableProjection: [projections, 'catch up when they are enabled'],
  disableProjection: [projections, 'stop where they are disabled'],
  getProjectionStatus: [projections, 'are listed, and say how they are'],
  listProjections: [projections, 'are listed, and say how they are'],
  restartSubsystem: ['test/conformance/server.int.test.ts', 'restarts the persistent subscriptions'],
}

/** Why a server like this one never answers so. */
interface Never {
  readonly never: string
}

const ERRORS: Readonly<Record<ErrorType, Place | Never>> = {
  [ErrorType.DEADLINE_EXCEEDED]: [client, 'sets a limit of time'],
  [ErrorType.UNAVAILABLE]: [client, 'loses its connection'],
  [ErrorType.UNKNOWN]: [projections, 'fail where there is none of that name'],
  [ErrorType.STREAM_NOT_FOUND]: [streams, 'fails where there is no such stream'],
  [ErrorType.ACCESS_DENIED]: [`${node}/users/access.int.test.ts`, 'who has no name may not use streams'],
  [ErrorType.STREAM_DELETED]: [streams, 'is for good as a tombstone'],
  [ErrorType.SCAVENGE_NOT_FOUND]: [`${node}/services/operations.int.test.ts`, 'scavenge-not-found'],
  [ErrorType.WRONG_EXPECTED_VERSION]: [appends, 'refuses a revision that is not the current one'],
  [ErrorType.MAXIMUM_APPEND_SIZE_EXCEEDED]: [appends, 'refuses an append of more than 1 MiB'],
  [ErrorType.MISSING_REQUIRED_METADATA_PROPERTY]: [
    `${node}/attacks.int.test.ts`,
    'events that do not say what they are',
  ],
  [ErrorType.PERSISTENT_SUBSCRIPTION_FAILED]: [
    `${node}/persistent/consumers.int.test.ts`,
    'says of wrong settings what is wrong',
  ],
  [ErrorType.PERSISTENT_SUBSCRIPTION_DOES_NOT_EXIST]: [persistent, 'fail with what is wrong'],
  [ErrorType.PERSISTENT_SUBSCRIPTION_EXISTS]: [persistent, 'fail with what is wrong'],
  [ErrorType.PERSISTENT_SUBSCRIPTION_DROPPED]: [persistent, 'let their subscribers go when they are updated'],
  [ErrorType.MAXIMUM_SUBSCRIBERS_REACHED]: [persistent, 'are listed, and say how they are'],
  [ErrorType.USER_NOT_FOUND]: [
    `${node}/users/service.int.test.ts`,
    'fails in the ways that the client tells apart',
  ],
  [ErrorType.USER_CONFLICT]: [
    `${node}/users/service.int.test.ts`,
    'fails in the ways that the client tells apart',
  ],
  [ErrorType.UNSUPPORTED]: [client, 'does not try what such a server has not'],
  [ErrorType.NOT_LEADER]: { never: 'a cluster of one has no other leader' },
  [ErrorType.NOT_FOUND]: { never: 'all that can be missing has an error of its own' },
  [ErrorType.NO_STREAM]: { never: 'of servers before 20' },
  [ErrorType.INVALID_TRANSACTION]: { never: 'of transactions, which are of the TCP protocol' },
  [ErrorType.INVALID_ARGUMENT]: { never: 'the client’s own, about its arguments' },
  [ErrorType.TIMEOUT]: {
    never: 'a slow consumer is held back here, where EventStoreDB may end its subscription',
  },
  [ErrorType.CANCELLED]: {
    never: 'calls that the node ends as it closes are UNAVAILABLE: see node.int.test.ts',
  },
}

const check = ([file, words]: Place): void => {
  expect(fs.readFileSync(file, 'utf8'), file).to.include(words)
}

describe('What of the official client is tried', () => {
  it('is each of its methods', () => {
    expect(Object.keys(METHODS).sort()).to.deep.equal(Object.keys(EventStoreDBClient.prototype).sort())
    for (const place of Object.values(METHODS)) check(place)
  })

  it('is each error that it tells apart, but for those that this server has no reason for', () => {
    expect(Object.keys(ERRORS).sort()).to.deep.equal([...Object.values(ErrorType)].sort())
    for (const place of Object.values(ERRORS)) if (!('never' in place)) check(place)
  })
})
