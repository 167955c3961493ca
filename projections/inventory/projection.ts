import { inventoryContracts, type InventoryEvent } from '../../domain/inventory-item/events.ts'
import { foldRows } from '../fold-rows.ts'
import { isEventOf, type Projection } from '../projection.ts'
import { evolveInventory, ledgerEntry } from './inventory-row.ts'
import { inventoryTable, movementsTable, type MovementRow } from './tables.ts'

const isInventoryEvent = isEventOf<InventoryEvent>(inventoryContracts)

/** Stock of each sku, and the ledger of what moved it. */
export const inventoryProjection: Projection = {
  name: 'inventory',
  streamPrefixes: ['inventory-'],
  tables: [inventoryTable, movementsTable],
  home: new URL('.', import.meta.url),
  project: async (events, rows) => {
    const movements: MovementRow[] = []
    await foldRows(events.filter(isInventoryEvent), rows, {
      table: inventoryTable,
      keyOf: ({ data }) => data.sku,
      evolve: evolveInventory,
      applied: (event, after) => {
        movements.push(...ledgerEntry(event, after))
      },
    })
    await rows.add(movementsTable, movements)
  },
}
