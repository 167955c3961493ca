/**
 * The known name that `name` was probably meant to be, or undefined where it resembles none.
 *
 * A slip is one letter in the whole name, or one letter in each of at most two of its words. Names shorter than five
 * letters are too close to foreign ones for that. So `DATABSE_URL` is `DATABASE_URL`, but `POSTGRES_HOST`, which
 * other programs read, is not `POSTGRES_PORT`. Other case or hyphens are always a slip.
 */
export const nearMiss = (name: string, known: readonly string[]): string | undefined => {
  const spelling = name.toUpperCase().replaceAll('-', '_')
  return known.find((candidate) => spelling === candidate || isSlip(spelling, candidate))
}

const isSlip = (name: string, known: string): boolean => {
  if (known.length < 5) return false
  if (editDistance(name, known) <= 1) return true
  const words = name.split('_')
  const knownWords = known.split('_')
  if (words.length !== knownWords.length) return false
  const distances = words.map((word, index) => editDistance(word, knownWords[index] ?? ''))
  return Math.max(...distances) <= 1 && distances.filter((distance) => distance > 0).length <= 2
}

/**
 * Letters to insert, delete, replace or swap with their neighbour to make `a` into `b`
 * (optimal string alignment: Damerau–Levenshtein without a second edit of the same place).
 */
export const editDistance = (a: string, b: string): number => {
  const rows = Array.from({ length: a.length + 1 }, (_, i) =>
    Array.from({ length: b.length + 1 }, (_, j) => i + j),
  )
  const at = (i: number, j: number): number => rows[i]?.[j] ?? Infinity
  for (let i = 1; i <= a.length; i++) {
    for (let j = 1; j <= b.length; j++) {
      const replaced = at(i - 1, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1)
      const swapped = a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? at(i - 2, j - 2) + 1 : Infinity
      const row = rows[i]
      if (row) row[j] = Math.min(at(i - 1, j) + 1, at(i, j - 1) + 1, replaced, swapped)
    }
  }
  return at(a.length, b.length)
}
