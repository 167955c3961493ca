import { RE2JS, RE2JSException } from 're2js'
import { compileBacktracking, SlowRegexError } from './backtracking-regex.ts'
import { streamOf, typeOf } from '../log/record.ts'

/** Which events of `$all` a reader wants: those whose stream name or type matches. */
export interface EventFilter {
  readonly on: 'stream' | 'type'
  /** A regular expression (RE2 syntax). */
  readonly regex: string
  /** Used where there is no regular expression. */
  readonly prefixes: readonly string[]
}

export type RecordFilter = (buffer: Buffer, offset: number) => boolean

/** The regular expression can't be used; `reason` says why. */
export class InvalidRegexError extends Error {
  readonly regex: string

  constructor(regex: string, reason: string) {
    super(`Invalid regular expression '${regex}': ${reason}`)
    this.name = 'InvalidRegexError'
    this.regex = regex
  }
}

/**
 * Compiles a filter. Regular expressions run in time linear to the text, up to a number of steps; those that can't
 * (look-around, back references) under a limit of time, so that none can stall the node.
 * @returns a function that throws SlowRegexError where these limits are exceeded
 * @throws InvalidRegexError
 */
export function compileFilter({ on, regex, prefixes }: EventFilter): RecordFilter {
  const textOf = on === 'stream' ? streamOf : typeOf
  if (regex === '') {
    return (buffer, offset) => {
      const text = textOf(buffer, offset)
      return prefixes.some((prefix) => text.startsWith(prefix))
    }
  }
  const matches = remembering(linearOrBacktracking(regex))
  return (buffer, offset) => matches(textOf(buffer, offset))
}

const REMEMBERED = 1024

type Matcher = (text: string) => boolean

function linearOrBacktracking(regex: string): Matcher {
  checkLength(regex)
  try {
    return linear(regex)
  } catch (error) {
    const backtracking = error instanceof InvalidRegexError ? compileBacktracking(regex) : undefined
    if (backtracking === undefined) throw error
    return backtracking
  }
}

/** Steps that one match may take: some 50 ms. Linear time is long, too, where both expression and text are. */
const MOST_STEPS = 500_000

/** @returns a function that throws SlowRegexError for a text that is too long for so large an expression */
function linear(regex: string): Matcher {
  const pattern = parseRegex(regex)
  const longest = MOST_STEPS / pattern.programSize()
  return (text) => {
    if (text.length > longest) throw new SlowRegexError(regex)
    return pattern.matcher(text).find()
  }
}

/**
 * A regular expression that runs in linear time and never throws; without look-around and back references. What would take
 * too long to match counts as a match: an event is rather delivered than lost.
 * @throws InvalidRegexError
 */
export function compileRegex(regex: string): Matcher {
  checkLength(regex)
  const matches = linear(regex)
  return remembering((text) => {
    try {
      return matches(text)
    } catch (error) {
      if (error instanceof SlowRegexError) return true
      throw error
    }
  })
}

function remembering(matcher: Matcher): Matcher {
  // event types are few and streams get their events in runs
  const known = new Map<string, boolean>()
  return (text) => {
    const before = known.get(text)
    if (before !== undefined) return before
    const matches = matcher(text)
    if (known.size >= REMEMBERED) known.clear()
    known.set(text, matches)
    return matches
  }
}

/** Characters of a regular expression: what a person writes is far shorter, and the time to match grows with it. */
const LONGEST = 10_000
/** Instructions that it is translated to: a few characters can stand for very many (`(a{100}){10}`). */
const LARGEST_PROGRAM = 50_000

function checkLength(regex: string): void {
  if (regex.length > LONGEST)
    throw new InvalidRegexError(`${regex.slice(0, 40)}…`, `longer than ${LONGEST} characters`)
}

function parseRegex(regex: string): RE2JS {
  try {
    const pattern = RE2JS.compile(regex)
    if (pattern.programSize() > LARGEST_PROGRAM) throw new InvalidRegexError(regex, 'it stands for too much')
    return pattern
  } catch (error) {
    if (error instanceof RE2JSException) throw new InvalidRegexError(regex, error.message)
    throw error
  }
}
