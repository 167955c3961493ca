import type { DeadLetter, DeadLetters, ReplayedLetter } from '../../eventstore/dead-letters.ts'
import { StartError } from '../start/start-error.ts'
import { oneOfThem, parseTyped } from '../tools/arguments.ts'
import type { Output } from '../tools/output.ts'
import { wideTable } from '../tools/wide-table.ts'

export const USAGE = `Usage: npm run dead-letters -- COMMAND

  list              events that a process manager or a read model could not handle, oldest first
  show ID           one of them: what it is, why it was put aside, how often it was tried
  replay ID|--all   have it handled once more, now (exit code 1 where one fails again; it stays)
  discard ID        take it away unhandled

  --json            lines of JSON
  --help            show this text

It works on the servers at ESDB_URL and DATABASE_URL, else on the embedded ones of a shop that is running (npm start). To replay
needs the settings of payment providers that the shop was started with.`

const COMMANDS = ['list', 'show', 'replay', 'discard'] as const

export interface DeadLettersArguments {
  readonly command: (typeof COMMANDS)[number]
  /** Undefined for `list`, and for all. */
  readonly id: string | undefined
  readonly json: boolean
}

/** Undefined where help is asked for. @throws StartError for what can't be */
export const readArguments = (args: readonly string[]): DeadLettersArguments | undefined => {
  const { values, positionals } = parseTyped(args, {
    all: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  })
  const [name, id, ...more] = positionals
  const { all, json } = values
  if (values.help || name === undefined) return undefined
  const command = oneOfThem('command', name, COMMANDS)
  if (all && command !== 'replay') throw new StartError(`${command} does not take --all: see --help.`)
  const takesNoId = command === 'list' || all
  if (more.length > 0 || (id === undefined) !== takesNoId) {
    const wanted = { list: 'no id', show: 'one id', replay: 'one id, or --all', discard: 'one id' }
    throw new StartError(`${command} takes ${wanted[command]}: see --help.`)
  }
  return { command, id, json }
}

/** @throws StartError with the exit code 1 where there is no such letter, or one stays where it is */
export const runDeadLetters = async (
  letters: DeadLetters,
  args: DeadLettersArguments,
  output: Output,
): Promise<void> => {
  const { command, id = '', json } = args
  const found = <Value>(value: Value | undefined): Value => {
    if (value === undefined)
      throw new StartError(`There is no dead letter ${id}: see npm run dead-letters -- list.`, {
        exitCode: 1,
      })
    return value
  }
  switch (command) {
    case 'list':
      return list(await letters.list(), json, output)
    case 'show': {
      const letter = found(await letters.find(id))
      return output.line(json ? jsonOf(letter) : described(letter))
    }
    case 'replay':
      return tell(
        args.id === undefined ? await letters.replayAll(Infinity) : [found(await letters.replay(id))],
        args,
        output,
      )
    case 'discard': {
      const letter = found(await letters.discard(id))
      return output.line(json ? jsonOf(letter) : `${letter.id} is discarded: ${what(letter)}`)
    }
  }
}

const list = async (letters: readonly DeadLetter[], json: boolean, output: Output): Promise<void> => {
  if (json) {
    for (const letter of letters) await output.line(jsonOf(letter))
  } else if (letters.length === 0) {
    await output.line('There are no dead letters.')
  } else {
    const rows = letters.map((letter) => [
      ...[letter.id, letter.parkedAt.toISOString(), letter.type ?? '(gone)'],
      ...[`${letter.stream}#${letter.revision}`, letter.cause],
    ])
    await output.line(wideTable(['id', 'parked at', 'event', 'stream#revision', 'cause'], rows, output.width))
  }
}

const tell = async (
  replayed: readonly ReplayedLetter[],
  { json }: DeadLettersArguments,
  output: Output,
): Promise<void> => {
  if (replayed.length === 0 && !json) await output.line('There are no dead letters.')
  for (const { letter, outcome } of replayed) {
    if (json) await output.line(JSON.stringify({ id: letter.id, ...outcome }))
    else if (outcome.kind === 'replayed') await output.line(`${letter.id} is handled: ${what(letter)}`)
    else await output.line(`${letter.id} stays: ${outcome.reason}`)
  }
  const failed = replayed.filter(({ outcome }) => outcome.kind === 'failed').length
  if (failed > 0) {
    throw new StartError(`${failed} of ${replayed.length} could not be handled and stay put aside.`, {
      exitCode: 1,
    })
  }
}

const what = ({ type, stream, revision }: DeadLetter): string =>
  `${type ?? 'an event that is gone'}, ${stream}#${revision}`

const described = (letter: DeadLetter): string =>
  [
    letter.id,
    `  could not be handled by  ${letter.source.kind} ${letter.source.name}`,
    `  event                    ${letter.type ?? '(gone)'} ${letter.eventId ?? ''}`.trimEnd(),
    `  stream and revision      ${letter.stream}#${letter.revision}`,
    `  parked at                ${letter.parkedAt.toISOString()}`,
    `  tried again              ${letter.retries} times`,
    `  cause                    ${letter.cause}`,
    `  the event as stored:     npm run streams -- show ${letter.stream} --from ${letter.revision} --limit 1`,
  ].join('\n')

const jsonOf = ({ revision, ...letter }: DeadLetter): string =>
  JSON.stringify({ ...letter, revision: String(revision) })
