import path from 'node:path'
import { backUpLog } from '../../embedded/eventstore-node/index.ts'
import { amount, logDirectory, onlyArgument, parse, size, type Subcommand } from './subcommand.ts'

export const backup: Subcommand = {
  usage: `Usage: eventstore-node backup TARGET --data DIR

Copies the data directory DIR to the new directory TARGET, also while a node runs on it: all that was acknowledged when
the copy was begun. Each record of the copy is checked, and it is opened once, before it gets its name.
To restore it, start a node on it or on a copy of it: eventstore-node --data TARGET

  --data DIR   data directory of the node
  --help       show this text`,

  async run(args, { say, progress }) {
    const { values, positionals } = parse(args, { data: { type: 'string' } })
    const target = onlyArgument(positionals, 'the directory that the backup goes to')
    const source = logDirectory(values.data)
    const report = await backUpLog(source, path.join(target, 'log'), ({ bytes, total }) => {
      progress(`${size(bytes)} of ${size(total)} copied`)
    })
    say(
      `${target}: ${amount(report.events, 'event')}, ${size(report.bytes)}, checked record by record and opened.`,
    )
    say(`To restore it: eventstore-node --data ${target}`)
    return 0
  },
}
