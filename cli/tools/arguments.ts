import { parseArgs, type ParseArgsConfig } from 'node:util'
import { StartError } from '../start/start-error.ts'

type Options = NonNullable<ParseArgsConfig['options']>
type Parsed<O extends Options> = ReturnType<
  typeof parseArgs<{ args: string[]; allowPositionals: true; options: O }>
>

/** What a person typed. @throws StartError in one sentence for what is no option, or lacks its value */
export const parseTyped = <O extends Options>(args: readonly string[], options: O): Parsed<O> => {
  try {
    return parseArgs({ args: [...args], allowPositionals: true, options })
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
    // it explains at length how to pass values that begin with a dash
    const [sentence = ''] = error.message.split(/\.\s/)
    throw new StartError(`${sentence.replace(/\.$/, '')}: see --help.`, { cause: error })
  }
}

/** RFC 3339 with a date and a time; without an offset it is refused, because nobody can tell what is meant. */
const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})$/

/** @param option for the message: `--at` @throws StartError where it is none */
export const instantIn = (option: string, text: string): Date => {
  const time = new Date(text)
  if (INSTANT.test(text) && !Number.isNaN(time.getTime())) return time
  throw new StartError(`${option} is "${text}", but it has to be a time such as 2025-11-21T09:30:00Z.`)
}

/** A whole number from 0. @throws StartError where it is none */
export const countIn = (option: string, text: string): bigint => {
  if (/^\d{1,18}$/.test(text)) return BigInt(text)
  throw new StartError(`${option} is "${text}", but it has to be a whole number from 0.`)
}

/** One of `known`. @throws StartError where it is none */
export const oneOfThem = <Name extends string>(what: string, text: string, known: readonly Name[]): Name => {
  const name = known.find((candidate) => candidate === text)
  if (name !== undefined) return name
  throw new StartError(`There is no ${what} "${text}", only ${known.join(', ')}.`)
}
