import { verifyLog } from '../../embedded/eventstore-node/index.ts'
import { amount, logDirectory, parse, size, UsageError, type Subcommand } from './subcommand.ts'

const LISTED = 20

export const verify: Subcommand = {
  usage: `Usage: eventstore-node verify --data DIR

Checks the data directory of a node that does not run: each record against its checksum, its place and its revision, and
each index against what it is an index of. Changes nothing. Ends with 2 where something is harmed, and says what and where.

  --data DIR   data directory of the node
  --help       show this text`,

  run(args, { say, progress }) {
    const { values, positionals } = parse(args, { data: { type: 'string' } })
    if (positionals[0] !== undefined) throw new UsageError(`'${positionals[0]}' is not expected here.`)
    const report = verifyLog(logDirectory(values.data), (bytes) => {
      progress(`${size(bytes)} checked`)
    })
    for (const { file, offset, reason, losesEvents } of report.problems.slice(0, LISTED)) {
      const consequence = losesEvents ? 'the node will not start' : 'no event is lost, the node makes it anew'
      say(`${file}, byte ${offset}: ${reason} (${consequence}).`)
    }
    if (report.problems.length > LISTED) say(`… and ${report.problems.length - LISTED} more.`)
    if (report.unfinished > 0)
      say(`${amount(report.unfinished, 'byte')} at the end are of an append that was never acknowledged.`)
    const checked = `${amount(report.events, 'event')} in ${amount(report.streams, 'stream')}, ${size(report.bytes)} in ${amount(report.segments, 'file')}, ${amount(report.indexes, 'index file')}`
    say(report.problems.length === 0 ? `Whole: ${checked}.` : `Harmed. Looked at ${checked}.`)
    return Promise.resolve(report.problems.length === 0 ? 0 : 2)
  },
}
