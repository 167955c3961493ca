import fs from 'node:fs'
import {
  compareWithExport,
  connect,
  describeFailure,
  importEvents,
  nameOf,
  scanExport,
} from '../../embedded/eventstore-node/index.ts'
import { amount, onlyArgument, parse, UsageError, type Subcommand } from './subcommand.ts'

export const importFrom: Subcommand = {
  usage: `Usage: eventstore-node import FILE --to URL [--verify | --verify-only]

Appends the events of an export to an event store, EventStoreDB or this node: in their order across streams, with their ids,
types, data and metadata, and makes the groups of persistent subscriptions. An import that was ended is done again from
the start: what is there already is recognised and not written twice. Events get new positions and times of creation.

  --to URL        address of the event store: esdb://admin:PASSWORD@HOST:PORT (or ESDB_URL in the environment)
  --verify        afterwards read everything back and compare; ends with 2 where something differs
  --verify-only   compare, and import nothing
  --help          show this text`,

  async run(args, { say, progress }) {
    const { values, positionals } = parse(args, {
      to: { type: 'string' },
      verify: { type: 'boolean', default: false },
      'verify-only': { type: 'boolean', default: false },
    })
    const file = onlyArgument(positionals, 'the file that was exported')
    const url = values.to ?? process.env['ESDB_URL']
    if (url === undefined) throw new UsageError('Give --to URL.')
    if (!fs.existsSync(file)) throw new UsageError(`There is no file ${file}.`)
    const client = connect(url)
    try {
      const contents = await scanExport(file)
      const total = amount(contents.events, 'event')
      if (!values['verify-only']) {
        const report = await importEvents(client, file, contents, (events) => {
          progress(`${events.toLocaleString('en')} of ${total} imported`)
        })
        for (const note of report.notes) say(note)
        say(
          `${nameOf(url)}: ${total} and ${amount(report.groups, 'group')} of persistent subscriptions imported.`,
        )
      }
      if (!values.verify && !values['verify-only']) return 0
      const { compared, differences, listed } = await compareWithExport(client, file, contents, (events) => {
        progress(`${events.toLocaleString('en')} of ${total} compared`)
      })
      for (const { event, what } of listed) say(`${event} ${what}.`)
      if (differences > listed.length) say(`… and ${differences - listed.length} more.`)
      if (differences === 0)
        say(`Read back: all ${amount(compared, 'event')} are as in ${file}, in the same order.`)
      else say(`Read back: ${amount(differences, 'difference')} from ${file}.`)
      return differences === 0 ? 0 : 2
    } catch (error) {
      throw describeFailure(error, url)
    } finally {
      await client.dispose()
    }
  },
}
