import type { Pool } from 'pg'
import { pino } from 'pino'
import { connectPostgres } from '../../../platform/postgres.ts'
import { createDatabase } from '../../../test/support/servers.ts'
import { openSimulatorLedger, type SimulatorLedger } from '../simulator-ledger.ts'

export interface SimulatorBooks {
  readonly ledger: SimulatorLedger
  /** The same books, opened by another process. */
  readonly reopen: () => Promise<SimulatorLedger>
  readonly stop: () => Promise<void>
}

/** Books of the simulator in a database of their own. */
export const simulatorBooks = async (): Promise<SimulatorBooks> => {
  const database = await createDatabase()
  const pools: Pool[] = []
  const reopen = async (): Promise<SimulatorLedger> => {
    const pool = connectPostgres(database.url, { applicationName: 'test', logger: pino({ level: 'silent' }) })
    pools.push(pool)
    return openSimulatorLedger(pool)
  }
  return {
    ledger: await reopen(),
    reopen,
    stop: async () => {
      await Promise.all(pools.map((pool) => pool.end()))
      await database.stop()
    },
  }
}
