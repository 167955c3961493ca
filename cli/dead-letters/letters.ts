import type { Pool } from 'pg'
import type { ConnectedEventStore } from '../../eventstore/connect.ts'
import { deadLettersOf, type DeadLetters } from '../../eventstore/dead-letters.ts'
import { orderDeadLetters, type Resumption } from '../../processes/index.ts'
import { readModelDeadLetters } from '../../projections/dead-letters.ts'
import { RETRY_DELAYS_MS } from '../../projections/index.ts'
import { allProjections } from '../../projections/projections.ts'

export interface ShopDeadLettersDeps {
  readonly store: ConnectedEventStore
  readonly pool: Pool
  readonly resume: (orderId: string) => Promise<Resumption | undefined>
}

/** All that is put aside in a shop: by the process managers and by the read models. */
export const shopDeadLetters = ({ store, pool, resume }: ShopDeadLettersDeps): DeadLetters =>
  deadLettersOf(
    orderDeadLetters({ store, resume }),
    readModelDeadLetters({ pool, store, projections: allProjections, retries: RETRY_DELAYS_MS.length }),
  )
