import type { Position } from './types.ts'

/** As clients carry it: `<commit>/<prepare>`. */
export const formatPosition = (position: Position): string => `${position.commit}/${position.prepare}`

/** The position that `text` names; undefined where it is none. */
export const parsePosition = (text: string): Position | undefined => {
  const match = /^(\d{1,20})\/(\d{1,20})$/.exec(text)
  if (match?.[1] === undefined || match[2] === undefined) return undefined
  return { commit: BigInt(match[1]), prepare: BigInt(match[2]) }
}

/** Negative where `a` stands before `b`, 0 where they are the same place. */
export const comparePositions = (a: Position, b: Position): number => {
  if (a.commit !== b.commit) return a.commit < b.commit ? -1 : 1
  if (a.prepare !== b.prepare) return a.prepare < b.prepare ? -1 : 1
  return 0
}
