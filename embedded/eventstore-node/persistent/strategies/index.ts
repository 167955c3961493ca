import { dispatchToSingle, roundRobin } from './in-turn.ts'
import { pinnedByCorrelation, pinnedByStream } from './pinned.ts'
import type { ConsumerStrategy, StrategyName } from './strategy.ts'

const makers: Record<StrategyName, () => ConsumerStrategy> = {
  DispatchToSingle: dispatchToSingle,
  RoundRobin: roundRobin,
  Pinned: pinnedByStream,
  PinnedByCorrelation: pinnedByCorrelation,
}

export const consumerStrategy = (name: StrategyName): ConsumerStrategy => makers[name]()
