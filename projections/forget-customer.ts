import type { ClientBase, Pool } from 'pg'
import type { Projection } from './projection.ts'
import { quoteIdentifier } from './tables.ts'

/** Until then an event may be on its way that was read before the key of its personal data was destroyed. */
const ON_ITS_WAY = `interval '10 minutes'`

/**
 * Takes personal data of a customer out of every generation of the read models. To be called once the key that it is encrypted
 * with in the events is destroyed: what is projected afterwards has none, and what is on its way just now is taken out, too,
 * by whoever keeps the read models up to date.
 */
export const forgetCustomer = async (
  pool: Pool,
  projections: readonly Projection[],
  customerId: string,
): Promise<void> => {
  await pool.query(
    `INSERT INTO projections.forgotten (customer_id) VALUES ($1)
     ON CONFLICT (customer_id) DO UPDATE SET forgotten_at = now()`,
    [customerId],
  )
  await takeOut(pool, projections, [customerId])
}

/** Takes out once more what belongs to customers that were forgotten a moment ago. */
export const forgetOnceMore = async (
  client: Pool | ClientBase,
  projections: readonly Projection[],
): Promise<void> => {
  const { rows } = await client.query<{ customer_id: string }>(
    `SELECT customer_id FROM projections.forgotten WHERE forgotten_at > now() - ${ON_ITS_WAY}`,
  )
  if (rows.length > 0) {
    await takeOut(
      client,
      projections,
      rows.map(({ customer_id }) => customer_id),
    )
  }
}

const takeOut = async (
  client: Pool | ClientBase,
  projections: readonly Projection[],
  customerIds: readonly string[],
): Promise<void> => {
  for (const { name, tables } of projections) {
    for (const { name: table, personal } of tables) {
      if (personal === undefined) continue
      for (const schema of await schemasWith(client, name, table, [personal.subject, ...personal.columns])) {
        const columns = personal.columns.map(quoteIdentifier)
        await client.query(
          `UPDATE ${quoteIdentifier(schema)}.${quoteIdentifier(table)}
           SET ${columns.map((column) => `${column} = NULL`).join(', ')}
           WHERE ${quoteIdentifier(personal.subject)} = ANY($1)
             AND (${columns.map((column) => `${column} IS NOT NULL`).join(' OR ')})`,
          [customerIds],
        )
      }
    }
  }
}

/** Schemas of the generations of a projection, of other code as well, in which the table has these columns. */
const schemasWith = async (
  client: Pool | ClientBase,
  projection: string,
  table: string,
  columns: readonly string[],
): Promise<string[]> => {
  const { rows } = await client.query<{ schema: string }>(
    `SELECT g.schema FROM projections.generations g
       JOIN information_schema.columns c ON c.table_schema = g.schema AND c.table_name = $2 AND c.column_name = ANY($3)
     WHERE g.projection = $1 GROUP BY g.schema HAVING count(*) = $4 ORDER BY g.schema`,
    [projection, table, columns, columns.length],
  )
  return rows.map(({ schema }) => schema)
}
