import { walletContracts, type WalletEvent } from '../../domain/wallet/events.ts'
import { foldRows } from '../fold-rows.ts'
import { isEventOf, type Projection } from '../projection.ts'
import { entriesTable, walletsTable, type EntryRow } from './tables.ts'
import { evolveWallet, statementEntry } from './wallet-row.ts'

const isWalletEvent = isEventOf<WalletEvent>(walletContracts)

/** Customers' balances, and the statements that tell how they came about. */
export const walletProjection: Projection = {
  name: 'wallet',
  streamPrefixes: ['wallet-'],
  tables: [walletsTable, entriesTable],
  home: new URL('.', import.meta.url),
  project: async (events, rows) => {
    const entries: EntryRow[] = []
    await foldRows(events.filter(isWalletEvent), rows, {
      table: walletsTable,
      keyOf: ({ data }) => data.customerId,
      evolve: evolveWallet,
      applied: (event, after, before) => {
        entries.push(statementEntry(event, before, after))
      },
    })
    await rows.add(entriesTable, entries)
  },
}
