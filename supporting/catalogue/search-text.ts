import type { Database } from '../database.ts'
import { editsBetween } from './edits.ts'

/** A word of a search that the catalogue does not know, and the words of the catalogue that are looked for instead. */
export interface Correction {
  readonly word: string
  readonly alternatives: readonly string[]
}

/** What people have typed, as Postgres looks for it. */
export interface TextQuery {
  /** In the language of to_tsquery: words that begin so, all of them. */
  readonly terms: string
  /** As the whole name of a product would be. */
  readonly whole: string
  readonly corrections: readonly Correction[]
}

const MOST_WORDS = 8
const LONGEST_WORD = 40
/** What is shorter is too like to too much. */
const SHORTEST_CORRECTED = 4

/** The words of a text, without case and accents, as `shop.searchable` in Postgres has them. */
export const wordsOf = (text: string): string[] => {
  const plain = text
    .normalize('NFKD')
    .replaceAll(/[\u0300-\u036f]/g, '')
    .toLowerCase()
  const words = plain.match(/[\p{L}\p{N}]+/gu) ?? []
  return words.map((word) => Array.from(word).slice(0, LONGEST_WORD).join('')).slice(0, MOST_WORDS)
}

/** undefined where the text has no word in it: nothing is found by it. */
export const textQuery = async (db: Database, text: string): Promise<TextQuery | undefined> => {
  const words = wordsOf(text)
  if (words.length === 0) return undefined
  const alike = await wordsAlike(db, words)
  const corrections: Correction[] = []
  const terms = words.map((word) => {
    const found = alike.get(word)
    if (found === undefined) return `'${word}':*`
    const alternatives = closest(word, found)
    if (alternatives.length === 0) return `'${word}':*`
    corrections.push({ word, alternatives })
    return `(${alternatives.map((alternative) => `'${alternative.replaceAll("'", "''")}'`).join(' | ')})`
  })
  return { terms: terms.join(' & '), whole: words.join(' '), corrections }
}

/** Those of `words` that no word of the catalogue begins with, each with words that look like it. */
const wordsAlike = async (db: Database, words: readonly string[]): Promise<Map<string, string[]>> => {
  const candidates = words.filter((word) => word.length >= SHORTEST_CORRECTED)
  if (candidates.length === 0) return new Map()
  const { rows } = await db.query<{ word: string; alike: string[] }>(
    `select asked.word, array(
       select known.word from shop.search_words known
       where known.word % asked.word
       order by similarity(known.word, asked.word) desc, known.word limit 20
     ) as alike
     from unnest($1::text[]) as asked (word)
     where not exists (
       select from shop.search_words known
       where known.word >= asked.word collate "C" and known.word < (asked.word || chr(1114111)) collate "C"
     )`,
    [candidates],
  )
  return new Map(rows.map(({ word, alike }) => [word, alike]))
}

/** The best of `known`, if they are as near as a slip of the finger: one edit, or two in a word of six letters or more. */
const closest = (word: string, known: readonly string[]): string[] => {
  const most = word.length >= 6 ? 2 : 1
  const rated = known.map((candidate) => ({ candidate, edits: editsBetween(word, candidate, most) }))
  const least = Math.min(most, ...rated.map(({ edits }) => edits))
  return rated.filter(({ edits }) => edits <= least).map(({ candidate }) => candidate)
}
