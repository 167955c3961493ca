/** How a column is declared in SQL, and how its values go from JavaScript to Postgres and back without loss. */
export interface Column<Value> {
  /** Type and constraints. */
  readonly sql: string
  readonly fromSql: (value: unknown) => Value
  readonly toJson: (value: Value) => unknown
}

// `never` as the parameter of `toJson` lets a column of any value stand here
type AnyColumn = Omit<Column<unknown>, 'toJson'> & { readonly toJson: (value: never) => unknown }

/** A table of a read model, as data: the generations create it, the projector fills it, `verify` compares it by its key. */
export interface Table<Columns extends Record<string, AnyColumn> = Record<string, AnyColumn>> {
  readonly name: string
  readonly columns: Columns
  readonly key: readonly string[]
  /** What stands after `ON <table>` in CREATE INDEX. Built once the rows of a rebuild stand: that is faster. */
  readonly indexes: readonly string[]
  /** Columns that hold personal data of the customer whose id `subject` has; null once it is erased. */
  readonly personal?: { readonly subject: string; readonly columns: readonly string[] }
}

export type RowOf<T extends Table> = {
  [Name in keyof T['columns']]: ReturnType<T['columns'][Name]['fromSql']>
}

/** A value that Postgres gave back in another shape than its column says. */
export class UnexpectedValue extends Error {
  override readonly name = 'UnexpectedValue'

  constructor(expected: string, value: unknown) {
    super(`Expected ${expected} from Postgres, got ${typeof value}`)
  }
}

const expectString = (value: unknown): string => {
  if (typeof value === 'string') return value
  throw new UnexpectedValue('text', value)
}
const same = <Value>(value: Value): Value => value

export const text: Column<string> = { sql: 'text NOT NULL', fromSql: expectString, toJson: same }

/** A text that is one of a few. */
export const oneOf = <const Value extends string>(values: readonly Value[]): Column<Value> => ({
  sql: 'text NOT NULL',
  fromSql: (value) => {
    const found = values.find((known) => known === value)
    if (found === undefined) throw new UnexpectedValue(`one of ${values.join(', ')}`, value)
    return found
  },
  toJson: same,
})

export const flag: Column<boolean> = {
  sql: 'boolean NOT NULL',
  fromSql: (value) => {
    if (typeof value === 'boolean') return value
    throw new UnexpectedValue('true or false', value)
  },
  toJson: same,
}

/** A count, or money in minor units: within the integers that a JavaScript number holds exactly. */
export const integer: Column<number> = {
  sql: 'bigint NOT NULL',
  fromSql: (value) => {
    const number = Number(expectString(value))
    if (!Number.isSafeInteger(number)) throw new UnexpectedValue('a safe integer', value)
    return number
  },
  toJson: same,
}

/** Revision of an event in its stream; -1 stands before the first one. */
export const revision: Column<bigint> = {
  sql: 'bigint NOT NULL',
  fromSql: (value) => BigInt(expectString(value)),
  toJson: String,
}

/** RFC 3339, UTC, milliseconds. */
export const instant: Column<string> = {
  sql: 'timestamptz(3) NOT NULL',
  fromSql: (value) => {
    if (value instanceof Date) return value.toISOString()
    throw new UnexpectedValue('a time', value)
  },
  toJson: same,
}

/** Plain data that is read as a whole. Only its own projector writes it, from typed values, so it is not checked again. */
export const document = <Value>(): Column<Value> => ({
  sql: 'jsonb NOT NULL',
  fromSql: (value) => value as Value,
  toJson: same,
})

export const nullable = <Value>(column: Column<Value>): Column<Value | null> => ({
  sql: column.sql.replace(' NOT NULL', ''),
  fromSql: (value) => (value === null ? null : column.fromSql(value)),
  toJson: (value) => (value === null ? null : column.toJson(value)),
})

/** The table with its columns' types kept. */
export const table = <Columns extends Record<string, AnyColumn>>(
  spec: Table<Columns> & { readonly key: readonly (keyof Columns)[] },
): Table<Columns> => spec

export const quoteIdentifier = (name: string): string => `"${name.replaceAll('"', '""')}"`

/** DDL of a table in a schema, without its indexes. */
export const createTable = (schema: string, { name, columns, key }: Table): string => {
  const definitions = Object.entries(columns).map(([column, { sql }]) => `${quoteIdentifier(column)} ${sql}`)
  const primaryKey = `PRIMARY KEY (${key.map(quoteIdentifier).join(', ')})`
  return `CREATE TABLE ${quoteIdentifier(schema)}.${quoteIdentifier(name)} (${[...definitions, primaryKey].join(', ')})`
}

/** DDL of a table's indexes. Running it twice is harmless. */
export const createIndexes = (schema: string, { name, indexes }: Table): string[] =>
  indexes.map(
    (definition, index) =>
      `CREATE INDEX IF NOT EXISTS ${quoteIdentifier(`${name}_${index + 1}`)} ON ${quoteIdentifier(schema)}.${quoteIdentifier(name)} ${definition}`,
  )
