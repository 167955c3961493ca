import vm from 'node:vm'

/** Milliseconds that one match may take. */
const LONGEST_MATCH = 50
/** The time is that of the clock: on a busy machine it can be over before anything was done. */
const ATTEMPTS = 3

/** A regular expression needed more time for a text than the node gives it. */
export class SlowRegexError extends Error {
  readonly regex: string

  constructor(regex: string) {
    super(`The regular expression '${regex}' takes more than ${LONGEST_MATCH} ms to match.`)
    this.name = 'SlowRegexError'
    this.regex = regex
  }
}

/**
 * A regular expression that looks around or refers back, which no engine runs in linear time: it is run by JavaScript's own,
 * and stopped where it takes too long, so that it can't hold up the node.
 *
 * @returns a function that throws SlowRegexError, or undefined where this is no regular expression in JavaScript either
 */
export function compileBacktracking(regex: string): ((text: string) => boolean) | undefined {
  let pattern: RegExp
  try {
    pattern = new RegExp(regex)
  } catch {
    // the caller knows already what is wrong with it
    return undefined
  }
  const input = { pattern, text: '' }
  const context = vm.createContext(input)
  const script = new vm.Script('pattern.test(text)')
  return (text) => {
    input.text = text
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      try {
        return script.runInContext(context, { timeout: LONGEST_MATCH }) === true
      } catch (error) {
        if (!isTimeout(error)) throw error
      }
    }
    throw new SlowRegexError(regex)
  }
}

/** Errors from within are of another realm: `instanceof Error` does not know them. */
const isTimeout = (error: unknown): boolean =>
  typeof error === 'object' &&
  error !== null &&
  'code' in error &&
  error.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT'
