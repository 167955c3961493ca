import { startNode, type EventStoreNode } from '../node.ts'
import { clientIds, createNormaliser } from '../testing/normalise.ts'
import { createPlayer, type Player } from '../testing/replay.ts'
import { fieldsOf, loadTrace, type WireEntry } from '../testing/trace.ts'

/** The recordings follow each other on one server: later ones read what earlier ones wrote. */
const TRACES = [
  'append-expected-revisions-batch-append',
  'append-expected-revisions-unary-append-as-with-per-call-credentials',
  'append-idempotence-by-event-id',
  'read-a-stream',
  'retention-maxcount-maxage-truncatebefore',
  'delete-and-tombstone',
  'links',
].map(loadTrace)
const MAX_AGE = Buffer.from('{"$maxAge":1}').toString('base64')
const FIRST = loadTrace('server-features-and-first-append')

describe('The streams service, message by message as EventStoreDB 23.10.6', () => {
  let node: EventStoreNode
  let player: Player
  let clock = 1_700_000_000_000
  const normaliser = createNormaliser(clientIds([FIRST, ...TRACES].flatMap(({ wire }) => wire)))

  before(async () => {
    node = await startNode({ inMemory: true, now: () => clock })
    player = createPlayer(`127.0.0.1:${node.port}`)
  })

  after(async () => {
    player.close()
    await node.close()
  })

  /** Between setting a maximum age of one second and reading, the recording waited 1.6 s. */
  let ageIsSet = false
  function advanceClock(entry: WireEntry): void {
    if (ageIsSet) clock += 1600
    ageIsSet = JSON.stringify(fieldsOf(entry.message)).includes(MAX_AGE)
  }

  it('answers the first append', async () => {
    await player.play(FIRST, normaliser, { except: new Set([1]) })
  })

  for (const trace of TRACES) {
    it(trace.scenario, async () => {
      // $all also holds what the system projections of that server wrote
      await player.play(trace, normaliser, { except: new Set([44]), before: advanceClock })
    })
  }
})
