import { once } from 'node:events'
import fs from 'node:fs'
import {
  connect,
  describeFailure,
  exportEvents,
  nameOf,
  startNode,
  TransferError,
  type ExportReport,
} from '../../embedded/eventstore-node/index.ts'
import { amount, logDirectory, onlyArgument, parse, UsageError, type Subcommand } from './subcommand.ts'

export const exportTo: Subcommand = {
  usage: `Usage: eventstore-node export FILE (--from URL | --data DIR)

Writes all events of users in the order of $all to FILE, as lines of JSON, with the streams' metadata and the groups of
persistent subscriptions. It reads by EventStoreDB's own protocol: any EventStoreDB can be exported, not only this node.
What is appended meanwhile is left out. FILE appears when it is whole.

  --from URL   address of an event store that runs: esdb://admin:PASSWORD@HOST:PORT (or ESDB_URL in the environment)
  --data DIR   data directory of a node that does not run
  --help       show this text`,

  async run(args, { say, progress }) {
    const { values, positionals } = parse(args, { from: { type: 'string' }, data: { type: 'string' } })
    const file = onlyArgument(positionals, 'the file that the export goes to')
    const source = await openSource(values.from, values.data)
    try {
      const report = await writeTo(file, (write) =>
        exportEvents(source.client, write, ({ events, fraction }) => {
          progress(`${amount(events, 'event')} exported, ${Math.floor(fraction * 100)} %`)
        }),
      )
      say(
        `${file}: ${amount(report.events, 'event')} of ${amount(report.streams, 'stream')} and ${amount(report.groups, 'group')} of persistent subscriptions, from ${nameOf(source.url)}.`,
      )
      return 0
    } catch (error) {
      throw describeFailure(error, source.url)
    } finally {
      await source.close()
    }
  },
}

interface ExportSource {
  readonly url: string
  readonly client: ReturnType<typeof connect>
  close(): Promise<void>
}

async function openSource(from: string | undefined, dataDir: string | undefined): Promise<ExportSource> {
  if (from !== undefined && dataDir !== undefined)
    throw new UsageError('--from and --data exclude each other.')
  if (dataDir === undefined) {
    const url = from ?? process.env['ESDB_URL']
    if (url === undefined) throw new UsageError('Give --from URL or --data DIR.')
    const client = connect(url)
    return { url, client, close: () => client.dispose() }
  }
  logDirectory(dataDir)
  const node = await startNode({ dataDir, runProjections: 'none' })
  const client = connect(node.connectionString)
  return {
    url: node.connectionString,
    client,
    async close() {
      await client.dispose()
      await node.close()
    },
  }
}

/** Writes a file that appears under its name when it is whole. */
async function writeTo(
  file: string,
  act: (write: (line: string) => Promise<void>) => Promise<ExportReport>,
): Promise<ExportReport> {
  if (fs.existsSync(file)) throw new TransferError(`${file} is there already.`)
  const partial = `${file}.partial`
  const output = fs.createWriteStream(partial, { mode: 0o600, flush: true })
  try {
    await once(output, 'open')
    const report = await act(async (line) => {
      if (!output.write(`${line}\n`)) await once(output, 'drain')
    })
    output.end()
    await once(output, 'close')
    fs.renameSync(partial, file)
    return report
  } catch (error) {
    output.destroy()
    fs.rmSync(partial, { force: true })
    throw error
  }
}
