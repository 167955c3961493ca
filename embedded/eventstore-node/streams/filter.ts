import { RE2JS, RE2JSException } from 're2js'
import { compileBacktracking } from './backtracking-regex.ts'
import { streamOf, typeOf } from '../log/record.ts'

/** Which events of `$all` a reader wants: those whose stream name or type matches. */
export interface EventFilter {
  readonly on: 'stream' | 'type'
  /** A regular expression (RE2 syntax); used where there are no prefixes. */
  readonly regex: string
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
 * Compiles a filter. Regular expressions run in time linear to the text; those that can't (look-around, back references)
 * under a limit of time, so that none can stall the node.
 * @returns a function that throws SlowRegexError where that limit is exceeded
 * @throws InvalidRegexError
 */
export function compileFilter({ on, regex, prefixes }: EventFilter): RecordFilter {
  const textOf = on === 'stream' ? streamOf : typeOf
  if (prefixes.length > 0) {
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

function linear(regex: string): Matcher {
  const pattern = parseRegex(regex)
  return (text) => pattern.matcher(text).find()
}

/**
 * A regular expression that runs in linear time and never throws; without look-around and back references.
 * @throws InvalidRegexError
 */
export function compileRegex(regex: string): Matcher {
  checkLength(regex)
  return remembering(linear(regex))
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

function checkLength(regex: string): void {
  if (regex.length > LONGEST)
    throw new InvalidRegexError(`${regex.slice(0, 40)}…`, `longer than ${LONGEST} characters`)
}

function parseRegex(regex: string): RE2JS {
  try {
    return RE2JS.compile(regex)
  } catch (error) {
    if (error instanceof RE2JSException) throw new InvalidRegexError(regex, error.message)
    throw error
  }
}
