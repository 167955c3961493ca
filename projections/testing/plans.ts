import pg, { type Pool, type PoolClient } from 'pg'

/** A node of what `EXPLAIN (ANALYZE, FORMAT JSON)` gives, as far as it is looked at here. */
export interface PlanNode {
  readonly 'Node Type': string
  readonly 'Relation Name'?: string
  readonly 'Sort Key'?: readonly string[]
  readonly 'Actual Rows': number
  readonly 'Actual Loops': number
  readonly 'Rows Removed by Filter'?: number
  readonly Plans?: readonly PlanNode[]
}

export interface Explained {
  readonly text: string
  /** See `faultsOf`. */
  readonly faults: (mostRows: number) => string[]
}

/**
 * A pool that has Postgres explain each query just before it is run: with its parameters, on its connection, and with the
 * settings of its transaction. Takes only queries as text with values, or as an object with both.
 */
export const explaining = (pool: Pool): { readonly pool: Pool; readonly explained: Explained[] } => {
  const explained: Explained[] = []
  const queryOn =
    (client: PoolClient) =>
    async (asked: string | { text: string; values?: unknown[] }, given?: unknown[]): Promise<unknown> => {
      const { text, values } = typeof asked === 'string' ? { text: asked, values: given } : asked
      if (/^\s*(SELECT|WITH)\b/.test(text)) {
        const plan = await explain(client, text, values)
        explained.push({ text, faults: (mostRows) => faultsOf(plan, mostRows) })
        const prepared = await explainPrepared(client, text, values ?? [])
        // without the values a busy sku is taken for one among many, and sorting few rows is as cheap as an index
        explained.push({
          text: `${text} (prepared)`,
          faults: (mostRows) => faultsOf(prepared, mostRows).filter((fault) => !fault.startsWith('sorts')),
        })
      }
      return client.query(text, values)
    }
  const replaced = <Target extends object>(target: Target, own: Readonly<Record<string, unknown>>): Target =>
    new Proxy(target, {
      get: (of, name) => {
        if (typeof name === 'string' && name in own) return own[name]
        const value: unknown = Reflect.get(of, name)
        return typeof value === 'function' ? (value.bind(of) as unknown) : value
      },
    })
  return {
    explained,
    pool: replaced(pool, {
      connect: async () => {
        const client = await pool.connect()
        return replaced(client, { query: queryOn(client) })
      },
      query: async (asked: string, values?: unknown[]) => {
        const client = await pool.connect()
        try {
          return await queryOn(client)(asked, values)
        } finally {
          client.release()
        }
      },
    }),
  }
}

const explain = async (
  client: PoolClient,
  statement: string,
  values?: readonly unknown[],
): Promise<PlanNode> => {
  const { rows } = await client.query<{ 'QUERY PLAN': [{ Plan: PlanNode }] }>(
    `EXPLAIN (ANALYZE, FORMAT JSON) ${statement}`,
    values === undefined ? undefined : [...values],
  )
  const [row] = rows
  if (row === undefined) throw new TypeError('Postgres explains nothing')
  return row['QUERY PLAN'][0].Plan
}

/** As it is once a statement was prepared and run a few times: planned without knowing the values. */
const explainPrepared = async (
  client: PoolClient,
  text: string,
  values: readonly unknown[],
): Promise<PlanNode> => {
  await client.query(`PREPARE asked AS ${text}`)
  await client.query('SET plan_cache_mode = force_generic_plan')
  try {
    const given = values.length === 0 ? '' : `(${values.map(literal).join(', ')})`
    return await explain(client, `EXECUTE asked${given}`)
  } finally {
    await client.query('RESET plan_cache_mode')
    await client.query('DEALLOCATE asked')
  }
}

const literal = (value: unknown): string => {
  if (value === null || value === undefined) return 'NULL'
  if (Array.isArray(value))
    return pg.escapeLiteral(`{${value.map((item) => JSON.stringify(item)).join(',')}}`)
  if (value instanceof Date) return pg.escapeLiteral(value.toISOString())
  return pg.escapeLiteral(typeof value === 'string' ? value : JSON.stringify(value))
}

/** A table that is read whole may have so many rows: an index would not make that quicker. */
const SMALL_TABLE = 1_000

/**
 * What is wrong with a plan: tables that it reads from one end to the other, sorts of more than `mostRows` rows, and filters that
 * throw away more than so many.
 */
export const faultsOf = (plan: PlanNode, mostRows: number): string[] => {
  const children = plan.Plans ?? []
  const faults = children.flatMap((child) => faultsOf(child, mostRows))
  const read = (plan['Actual Rows'] + (plan['Rows Removed by Filter'] ?? 0)) * plan['Actual Loops']
  const from = plan['Relation Name'] ?? ''
  if (plan['Node Type'] === 'Seq Scan' && read > SMALL_TABLE) faults.push(`reads all ${read} rows of ${from}`)
  else if ((plan['Rows Removed by Filter'] ?? 0) * plan['Actual Loops'] > mostRows)
    faults.push(`${plan['Node Type']} of ${from} reads ${read} rows for ${plan['Actual Rows']}`)
  // an incremental sort goes on from an order that the rows have: it stops where the limit does
  if (plan['Node Type'] === 'Sort') {
    const sorted = children.reduce((sum, child) => sum + child['Actual Rows'] * child['Actual Loops'], 0)
    if (sorted > mostRows) faults.push(`sorts ${sorted} rows by ${(plan['Sort Key'] ?? []).join(', ')}`)
  }
  return faults
}
