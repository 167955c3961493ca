import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { expect } from 'chai'
import { startNode, type EventStoreNode } from '../../embedded/eventstore-node/index.ts'
import { runProgram, type Ended } from '../../test/support/program.ts'

const run = (...args: string[]): Promise<Ended> =>
  runProgram('cli/eventstore-node.ts', args, { ESDB_URL: undefined })

describe('Looking after an event store node from the command line', function () {
  this.timeout(120_000)
  let folder = ''
  let node: EventStoreNode | undefined
  const at = (name: string): string => path.join(folder, name)
  const events = (count: number) =>
    Array.from({ length: count }, (_, n) => ({
      id: crypto.randomUUID(),
      type: 'Counted',
      contentType: 'application/json',
      data: Buffer.from(JSON.stringify({ n })),
      metadata: Buffer.alloc(0),
    }))

  beforeEach(async () => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'eventstore-node-'))
    node = await startNode({ dataDir: at('data') })
    for (const stream of ['order-1', 'order-2', 'order-1']) await node.log.append(stream, 'any', events(10))
  })
  afterEach(async () => {
    await node?.close()
    fs.rmSync(folder, { recursive: true, force: true })
  })

  it('backs up a node that runs; the backup is checked, and is a data directory', async () => {
    const taken = await run('backup', at('backup'), '--data', at('data'))
    expect(taken).to.include({ code: 0, errors: '' })
    expect(taken.output).to.match(/backup: [\d,]+ events, .*, checked record by record and opened\.\n/)
    const checked = await run('verify', '--data', at('backup'))
    expect(checked).to.include({ code: 0, errors: '' })
    expect(checked.output).to.match(/^Whole: [\d,]+ events in \d+ streams/)
    const restored = await startNode({ dataDir: at('backup') })
    expect(restored.log.readForwards('order-1', 0, 100)).to.deep.equal(
      node?.log.readForwards('order-1', 0, 100),
    )
    await restored.close()
    const again = await run('backup', at('backup'), '--data', at('data'))
    expect(again.code).to.equal(1)
    expect(again.errors).to.match(/is not empty: a backup takes a directory of its own\.\n$/)
  })

  it('says what is harmed, and where', async () => {
    const running = await run('verify', '--data', at('data'))
    expect(running.code).to.equal(1)
    expect(running.errors).to.match(/is in use by another event store node \(process \d+\)\.\n$/)
    await node?.close()
    const file = path.join(at('data'), 'log', '0000000000000000.log')
    const bytes = fs.readFileSync(file)
    bytes[100] = (bytes[100] ?? 0) ^ 1
    fs.writeFileSync(file, bytes)
    const harmed = await run('verify', '--data', at('data'))
    expect(harmed.code).to.equal(2)
    expect(harmed.output).to.match(
      /0000000000000000\.log, byte \d+: no whole record, for \d+ bytes: .*\nHarmed\./,
    )
  })

  it('moves events to another event store, and reads them back', async () => {
    const target = await startNode({ inMemory: true })
    try {
      const exported = await run('export', at('events.jsonl'), '--from', node?.connectionString ?? '')
      expect(exported).to.include({ code: 0, errors: '' })
      expect(exported.output).to.include('30 events of 2 streams and 0 groups')
      const imported = await run('import', at('events.jsonl'), '--to', target.connectionString, '--verify')
      expect(imported).to.include({ code: 0, errors: '' })
      expect(imported.output).to.include('Read back: all 30 events are as in')
      const ids = (from: EventStoreNode | undefined): string[] | undefined =>
        from?.log.readForwards('order-1', 0, 100).map(({ id }) => id)
      expect(ids(target)).to.deep.equal(ids(node))
      await target.log.append('order-1', 'any', events(1))
      const compared = await run(
        'import',
        at('events.jsonl'),
        '--to',
        target.connectionString,
        '--verify-only',
      )
      expect(compared.code).to.equal(2)
      expect(compared.output).to.match(/^20@order-1 is not in the export.*\.\nRead back: 1 difference from /)
    } finally {
      await target.close()
    }
    await node?.close()
    const offline = await run('export', at('offline.jsonl'), '--data', at('data'))
    expect(offline.output).to.include('30 events of 2 streams')
    const lines = (name: string): string[] => fs.readFileSync(at(name), 'utf8').split('\n').slice(1)
    expect(lines('offline.jsonl')).to.deep.equal(lines('events.jsonl'))
  })

  it('says in one sentence what it was not given', async () => {
    const cases: readonly (readonly [string[], RegExp])[] = [
      [['backup'], /^Give the directory that the backup goes to, and nothing else\. See --help\.\n$/],
      [['backup', at('b')], /^Give the data directory of the node: --data DIR\. See --help\.\n$/],
      [['verify', '--data', at('none')], /is no data directory of an event store node/],
      [['export', at('e')], /^Give --from URL or --data DIR\. See --help\.\n$/],
      [['import', at('e'), '--to', 'esdb://127.0.0.1:1?tls=false'], /^There is no file .*\. See --help\.\n$/],
      [
        ['export', at('e'), '--from', 'esdb://admin:secret@127.0.0.1:1?tls=false'],
        /^No event store answers at esdb:\/\/127\.0\.0\.1:1\?tls=false\.\n$/,
      ],
      [['export', at('e'), '--nope'], /^Unknown option '--nope'\. See --help\.\n$/],
    ]
    for (const [args, sentence] of cases) {
      const failed = await run(...args)
      expect(failed.errors, args.join(' ')).to.match(sentence)
      expect(failed.code).to.equal(1)
    }
    expect(fs.readdirSync(folder)).to.deep.equal(['data'])
    expect((await run('import', '--help')).output).to.match(/^Usage: eventstore-node import FILE/)
  })
})
