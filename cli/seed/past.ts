import type { PlaceOrderDeps } from '../../commands/place-order.ts'
import { createCommandHandler } from '../../commands/handle.ts'
import { createWalletAccount } from '../../commands/wallet-account.ts'
import { memoryLedger } from '../../gateways/payments/memory-ledger.ts'
import { createProviders } from '../../gateways/payments/providers.ts'
import { createSimulator } from '../../gateways/payments/simulator.ts'
import { createWalletProvider, WALLET_METHOD } from '../../gateways/payments/wallet.ts'
import { resumeByHand } from '../../processes/index.ts'
import { createSimulatedTime, type SimulatedTime } from './simulated-time.ts'
import { stageStreams, type ReadWritten } from './staged-streams.ts'
import type { StoryDeps } from './story.ts'
import type { BookedEntry, Chapter } from './writer.ts'

/** States of the orders and goods that are still moved: what is not remembered has to be read. */
const CACHE_BYTES = 256 * 1024 * 1024

export interface Past extends StoryDeps {
  readonly time: SimulatedTime
  /** Events that nobody has taken yet. */
  readonly waiting: () => number
  /** What has happened since the last call. */
  readonly take: () => Chapter
}

/**
 * The shop's own commands, processes and payment providers at a time that has passed, all in memory: nothing has to be waited for, so
 * that one thing is done after the other, in the order of their times.
 * @param readWritten for what was taken and is not remembered any more
 */
export const createPast = (
  rules: Pick<PlaceOrderDeps, 'pricing' | 'reservationMinutes'>,
  readWritten: ReadWritten,
): Past => {
  const time = createSimulatedTime()
  const { clock } = time
  const now = (): Date => clock.now()
  const streams = stageStreams(readWritten)
  const handler = createCommandHandler({ store: streams, cacheBytes: CACHE_BYTES })

  const books = memoryLedger()
  let entries: BookedEntry[] = []
  const ledger: typeof books = {
    ...books,
    append: async (paymentId, count, entry) => {
      const isEntered = await books.append(paymentId, count, entry)
      if (isEntered) entries.push({ paymentId, count, entry })
      return isEntered
    },
  }
  const providers = createProviders(
    { prefix: 'sim_', provider: createSimulator(ledger, { clock }) },
    { prefix: WALLET_METHOD, provider: createWalletProvider(createWalletAccount({ handler, now })) },
  )
  const commands = { handler, now, providers, ...rules }
  return {
    commands,
    resume: (orderId) => resumeByHand({ ...commands, store: streams }, orderId),
    time,
    waiting: streams.waiting,
    take: () => {
      const taken = entries
      entries = []
      return { entries: taken, appends: streams.take() }
    },
  }
}
