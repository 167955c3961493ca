/** A cursor that no list of ours gave. */
export class InvalidCursorError extends Error {
  override readonly name = 'InvalidCursorError'

  constructor() {
    super('The cursor is not one that this list gave')
  }
}

/** Where a page ended, as text that clients hand back unread. */
export const encodeCursor = (key: readonly string[]): string =>
  Buffer.from(JSON.stringify(key)).toString('base64url')

/**
 * The key in a cursor, one text for each of `patterns`.
 * @throws InvalidCursorError where it is none
 */
export const decodeCursor = (cursor: string, patterns: readonly RegExp[]): string[] => {
  let key: unknown
  try {
    key = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'))
  } catch {
    throw new InvalidCursorError()
  }
  if (!Array.isArray(key) || key.length !== patterns.length) throw new InvalidCursorError()
  return patterns.map((pattern, index) => {
    const part: unknown = key[index]
    if (typeof part === 'string' && pattern.test(part)) return part
    throw new InvalidCursorError()
  })
}

/** A part of a list. */
export interface Page<Item> {
  readonly items: readonly Item[]
  /** Of the next page; null on the last one. */
  readonly nextCursor: string | null
}

/** The rows of a page and where the next begins, from `limit + 1` rows that were asked for. */
export const pageOf = <Row, Item>(
  rows: readonly Row[],
  limit: number,
  toItem: (row: Row) => Item,
  keyOf: (row: Row) => readonly string[],
): Page<Item> => {
  const page = rows.slice(0, limit)
  const last = page.at(-1)
  return {
    items: page.map(toItem),
    nextCursor: rows.length > limit && last !== undefined ? encodeCursor(keyOf(last)) : null,
  }
}
