import { execFile } from 'node:child_process'
import { cp, mkdtemp, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect } from 'chai'
import { pino } from 'pino'
import { at, eur } from '../domain/testing/orders.ts'
import { createPersonalView } from '../audit/replay/personal.ts'
import { readArguments as readAudit } from '../cli/audit/arguments.ts'
import { exportHistory } from '../cli/audit/export.ts'
import { showTree } from '../cli/audit/tree.ts'
import { readArguments as readReplay, runReplay } from '../cli/replay/run.ts'
import { StartError } from '../cli/start/start-error.ts'
import { readArguments as readStreams, runStreams } from '../cli/streams/run.ts'
import type { Output } from '../cli/tools/output.ts'
import { createHistory, pay, received, type History } from '../audit/testing/history.ts'
import { inventoryContracts } from '../domain/inventory-item/events.ts'
import { orderContracts } from '../domain/order/events.ts'
import { paymentContracts } from '../domain/payment/events.ts'
import { walletContracts } from '../domain/wallet/events.ts'
import { connectEventStore, type ConnectedEventStore } from '../eventstore/connect.ts'
import { erasedKeysIn } from '../eventstore/personal-data/erased-keys.ts'
import { openKeyStore, type PersonalDataKeyStore } from '../eventstore/personal-data/key-store.ts'
import { masterKeyOf } from '../eventstore/personal-data/master-key.ts'
import { personalDataMigration } from '../eventstore/personal-data/tables.ts'
import { withheldKeys } from '../eventstore/personal-data/withheld.ts'
import { createRegistry } from '../eventstore/registry.ts'
import { connectPostgres, migrate } from '../platform/postgres.ts'
import { createDatabase, startEventStore, type TestServer } from './support/servers.ts'
import type { Ended } from './support/program.ts'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const logger = pino({ level: 'silent' })
const registry = createRegistry(orderContracts, paymentContracts, inventoryContracts, walletContracts)
const address = { name: 'Ada', line1: 'Secret Street 1', city: 'Berlin', postalCode: '10115', country: 'DE' }

describe('tools that read history', function () {
  this.timeout(60_000)
  let node: TestServer
  let database: TestServer
  let pool: ReturnType<typeof connectPostgres>
  let keys: PersonalDataKeyStore
  let shop: ConnectedEventStore
  let reader: ConnectedEventStore
  let history: History
  let folder: string
  before(async () => {
    ;[node, database] = await Promise.all([startEventStore(), createDatabase()])
    await migrate(database.url, [personalDataMigration])
    pool = connectPostgres(database.url, { applicationName: 'test', logger })
    keys = await openKeyStore({ pool, masterKeys: [masterKeyOf(Buffer.alloc(32, 7))] })
    const options = { connectionString: node.url, registry, logger }
    shop = connectEventStore({ ...options, personalData: keys })
    reader = connectEventStore({ ...options, personalData: withheldKeys })
    folder = await mkdtemp(join(tmpdir(), 'orderstream-history-'))

    history = createHistory()
    received(history, 'MUG', 10)
    received(history, 'SHIRT', 10)
    const order = pay(history, 'o-1')
    pay(history, 'o-2')
    order.refundRequested()
    for (const { stream, revision, type, data, metadata, id } of history.events) {
      const personal = type === 'OrderPlaced' ? { shippingAddress: address } : {}
      const customer = stream === 'order-o-2' && type === 'OrderPlaced' ? { customerId: 'c-2' } : {}
      const event = { type, data: { ...(data as object), ...personal, ...customer }, id, metadata }
      await shop.append(stream, [event], revision === 0n ? 'no_stream' : revision - 1n)
    }
  })
  after(async () => {
    await rm(folder, { recursive: true, force: true })
    await Promise.all([shop.close(), reader.close()])
    await pool.end()
    await Promise.all([node.stop(), database.stop()])
  })

  const collector = (width?: number): Output & { readonly lines: string[] } => {
    const lines: string[] = []
    return {
      lines,
      width,
      line: (text) => {
        lines.push(...text.split('\n'))
        return Promise.resolve()
      },
    }
  }
  const { signal } = new AbortController()
  const progress = { write: () => true }
  const refusal = async (work: Promise<unknown>): Promise<[string, number | undefined]> => {
    const error: unknown = await work.then(
      () => undefined,
      (thrown: unknown) => thrown,
    )
    if (!(error instanceof StartError)) throw new Error('it was not refused', { cause: error })
    return [error.message, error.exitCode]
  }

  describe('replay', () => {
    const replay = async (store: ConnectedEventStore, ...args: string[]): Promise<string[]> => {
      const read = readReplay(args)
      if (read === undefined) throw new Error('help')
      const erasedKeys = (ids: readonly string[]): Promise<ReadonlySet<string>> => erasedKeysIn(pool, ids)
      const personal = createPersonalView({ store, erasedKeys, reveal: read.reveal })
      const output = collector(100)
      await runReplay({ store, personal, signal }, read, output)
      return output.lines
    }

    it('shows what each event changed, who did it and why', async () => {
      const lines = await replay(reader, 'order', 'o-1', '--revision', '1')
      const text = lines.join('\n')
      expect(lines[0]).to.match(/^# {2}time \(UTC\) +event +what changed, who did it and why$/)
      expect(text).to.contain('lines 3 × MUG at 10.00 EUR, 1 × SHIRT at 25.00 EUR')
      expect(text).to.contain('shippingAddress (encrypted)')
      expect(text).to.match(/1 {2}\d{4}-\d\d-\d\d {4}OrderReserved +status placed → reserved/)
      expect(text).to.contain('by system tests because of request a request')
      expect(text).to.not.contain('OrderPaid')
      for (const line of lines) expect(line.length, line).to.be.at.most(100)
    })

    it('shows the other kinds as well', async () => {
      expect((await replay(reader, 'inventory', 'MUG')).join('\n')).to.match(
        /StockReserved +available 10 → 7\n.* reserved 0 → 3\n +reservations.o-1 status open, quantity 3/,
      )
      expect((await replay(reader, 'payment', 'o-1')).join('\n')).to.match(
        /PaymentCaptured +status authorized → captured\n.* captured 71.28 EUR/,
      )
      await shop.append(
        'wallet-w',
        [
          {
            type: 'WalletToppedUp',
            data: { customerId: 'w', topUpId: 't1', amount: eur(500), reference: 'x', toppedUpAt: at(0) },
            id: crypto.randomUUID(),
            metadata: {
              ...{ $correlationId: 'c', $causationId: 'c', commandId: 'c' },
              actor: { kind: 'system', id: 'tests' },
            },
          },
        ],
        'any',
      )
      expect((await replay(reader, 'wallet', 'w')).join('\n')).to.match(
        /available 0 → 500\n.* currency none → EUR|currency none → EUR\n.*available 0 → 500/,
      )
    })

    it('speaks JSON, one line an event, with the state', async () => {
      const lines = await replay(reader, 'order', 'o-1', '--json')
      const steps = lines.map((line) => JSON.parse(line) as Record<string, unknown>)
      expect(steps.map(({ revision, type }) => `${String(revision)} ${String(type)}`)).to.deep.equal([
        ...['0 OrderPlaced', '1 OrderReserved', '2 OrderPaid', '3 RefundRequested'],
      ])
      expect(steps[1]?.['changes']).to.deep.equal([{ path: 'status', before: 'placed', after: 'reserved' }])
      expect(steps[2]?.['state']).to.include({ status: 'paid', shippingAddress: '(encrypted)' })
    })

    it('follows what is written from now on', async () => {
      const stop = new AbortController()
      const output = collector()
      const seen = (): number => output.lines.filter((line) => line.includes('inventory')).length
      const args = readReplay(['inventory', 'FOLLOWED', '--follow', '--json'])
      if (args === undefined) throw new Error('help')
      const followed: Output = {
        width: undefined,
        line: (text) => {
          output.lines.push(text)
          if (output.lines.length === 2) stop.abort()
          return Promise.resolve()
        },
      }
      const following = runReplay(
        { store: reader, personal: () => Promise.resolve({}), signal: stop.signal },
        args,
        followed,
      )
      const more = createHistory()
      received(more, 'FOLLOWED', 1)
      received(more, 'FOLLOWED2', 1)
      received(more, 'FOLLOWED', 2)
      for (const { stream, id, type, data, metadata } of more.events) {
        await shop.append(stream, [{ id, type, data, metadata }], 'any')
      }
      await following
      expect(
        output.lines.map((line) => (JSON.parse(line) as { state: { available: number } }).state.available),
      ).to.deep.equal([1, 3])
      expect(seen()).to.equal(0)
    })

    it('follows in one table, under headings that stand there once', async () => {
      const stop = new AbortController()
      const output = collector(80)
      const args = readReplay(['order', 'o-1', '--follow'])
      if (args === undefined) throw new Error('help')
      let texts = 0
      await runReplay({ store: reader, personal: () => Promise.resolve({}), signal: stop.signal }, args, {
        width: 80,
        line: (text) => {
          texts += 1
          if (text.includes('RefundRequested')) stop.abort()
          return output.line(text)
        },
      })
      expect(texts).to.equal(5)
      const [headings = '', ...lines] = output.lines
      expect(lines).to.not.include(headings)
      const column = headings.indexOf('event')
      for (const [revision, type] of ['OrderPlaced', 'OrderReserved', 'OrderPaid'].entries()) {
        expect(lines.find((line) => line.startsWith(`${revision} `))?.indexOf(type)).to.equal(column)
      }
      for (const line of output.lines) expect(line.length, line).to.be.at.most(80)
    })

    it('says what is not there', async () => {
      expect(await refusal(replay(reader, 'order', 'nobody'))).to.deep.equal(['There is no order nobody.', 1])
      expect(await refusal(replay(reader, 'order', 'o-1', '--revision', '9'))).to.deep.equal([
        'order o-1 has not reached revision 9: it is at 3.',
        1,
      ])
      expect((await refusal(replay(reader, 'order', 'o-1', '--at', '1999-01-01T00:00:00Z')))[0]).to.equal(
        'There is no order o-1 at 1999-01-01T00:00:00.000Z.',
      )
    })

    it('shows personal data in clear only where that is asked for, and not once it is erased', async () => {
      expect((await replay(shop, 'order', 'o-2', '--reveal')).join('\n')).to.contain('Secret Street')
      await keys.eraseCustomer('c-2')
      expect((await replay(shop, 'order', 'o-2', '--reveal')).join('\n')).to.contain(
        'shippingAddress (erased)',
      )
      expect((await replay(reader, 'order', 'o-2')).join('\n')).to.contain('shippingAddress (erased)')
    })
  })

  describe('audit export', () => {
    const exported = async (store: ConnectedEventStore, ...args: string[]): Promise<string[]> => {
      const read = readAudit(['export', ...args])
      if (read.command !== 'export') throw new Error('another command')
      const output = collector()
      await exportHistory({ store, signal, output, progress }, read)
      return output.lines
    }

    it('gives every event as it is stored', async () => {
      const lines = await exported(reader)
      const first = JSON.parse(lines[0] ?? '') as Record<string, unknown>
      expect(lines.length).to.be.at.least(history.events.length)
      expect(first).to.include({
        stream: 'inventory-MUG',
        revision: '0',
        type: 'StockReceived',
        actorKind: 'system',
      })
      expect(lines.join('\n')).to.contain('"$encrypted"').and.to.not.contain('Secret')
    })

    it('of one order, or one customer, with all streams that have to do with it', async () => {
      const streams = (lines: string[]): string[] => [
        ...new Set(lines.map((line) => (JSON.parse(line) as { stream: string }).stream)),
      ]
      const theirs = ['order-o-1', 'inventory-MUG', 'inventory-SHIRT', 'payment-o-1']
      expect(streams(await exported(reader, '--order', 'o-1'))).to.deep.equal(theirs)
      expect(streams(await exported(reader, '--customer', 'c-1'))).to.include.members(theirs)
      expect(streams(await exported(reader, '--customer', 'w'))).to.deep.equal(['wallet-w'])
      expect(await exported(reader, '--customer', 'nobody')).to.deep.equal([])
    })

    it('of a time, in clear where the key still exists', async () => {
      expect(await exported(reader, '--from', '2999-01-01T00:00:00Z')).to.deep.equal([])
      expect(await exported(reader, '--before', '1999-01-01T00:00:00Z')).to.deep.equal([])
      const lines = await exported(shop, '--reveal', '--from', '1999-01-01T00:00:00Z')
      const placed = lines.filter((line) => line.includes('"OrderPlaced"'))
      expect(placed[0]).to.contain('Secret Street')
      expect(placed[1]).to.contain('"shippingAddress":null')
    })

    it('as CSV, into a file that is written once', async () => {
      const out = join(folder, 'events.csv')
      await exported(reader, '--format', 'csv', '--order', 'o-1', '--out', out)
      const [header, first] = (await readFile(out, 'utf8')).split('\n')
      expect(header).to.equal(
        'position,stream,revision,id,type,schemaVersion,at,correlationId,causationId,commandId,actorKind,actorId,traceparent,data',
      )
      expect(first).to.match(/^\d+\/\d+,order-o-1,0,.*,"\{""orderId"":""o-1""/)
      expect((await stat(out)).mode & 0o777).to.equal(0o600)
      expect(await refusal(exported(reader, '--out', out))).to.deep.equal([
        `${out} can't be written (it is there already).`,
        undefined,
      ])
      expect((await refusal(exported(reader, '--out', join(folder, 'no', 'file'))))[0]).to.contain('(ENOENT)')
    })

    it('ends in order when its reader has enough', async () => {
      const { code, output, errors } = await shell(
        `${process.execPath} --import tsx cli/audit.ts export | head -n 1`,
      )
      expect(code).to.equal(0)
      // it may have come to its end before its reader did, and have said so
      expect(errors).to.not.match(/EPIPE|orderstream:/)
      expect(output).to.contain('StockReceived')
    })
  })

  describe('audit tree', () => {
    const tree = async (...args: string[]): Promise<string[]> => {
      const read = readAudit(['tree', ...args])
      if (read.command !== 'tree') throw new Error('another command')
      const output = collector()
      await showTree(reader, read, output, signal)
      return output.lines
    }
    before(async () => {
      const grown = createHistory()
      const request = { $correlationId: 'basket-7', $causationId: 'request-7' }
      const set = (sku: string) => [
        { type: 'LowStockThresholdSet', data: { sku, threshold: 3, setAt: at(1) } },
      ]
      const { id } = grown.add('inventory-ROOT', set('ROOT'), request)
      const child = grown.add('inventory-CHILD', set('CHILD'), { ...request, $causationId: id })
      grown.add('inventory-LEAF', set('LEAF'), { ...request, $causationId: child.id })
      grown.add('inventory-TWIN', set('TWIN'), { ...request, $causationId: id })
      for (const event of grown.events) await shop.append(event.stream, [event], 'any')
    })

    it('draws what a request has caused, over all streams', async () => {
      const [title, blank, ...lines] = await tree('basket-7')
      expect(title).to.match(/^basket-7: 4 events from \d{4}-.*Z on$/)
      expect(blank).to.equal('')
      expect(lines.map((line) => line.replace(/\+\d+ ms/, '+ms'))).to.deep.equal([
        'request request-7',
        '└─ LowStockThresholdSet  inventory-ROOT@0  +ms  system tests',
        '   ├─ LowStockThresholdSet  inventory-CHILD@0  +ms  system tests',
        '   │  └─ LowStockThresholdSet  inventory-LEAF@0  +ms  system tests',
        '   └─ LowStockThresholdSet  inventory-TWIN@0  +ms  system tests',
      ])
    })

    it('finds the request by an order, and speaks JSON', async () => {
      const parsed = JSON.parse((await tree('--order', 'o-1', '--json')).join('\n')) as {
        correlationId: string
        source: string
        roots: { effects: { type: string }[] }[]
      }
      expect(parsed).to.include({ correlationId: 'request about o-1' })
      expect(parsed.source).to.be.oneOf(['projection', 'scan'])
      expect(parsed.roots[0]?.effects.map(({ type }) => type)).to.include.members([
        'OrderPlaced',
        'OrderPaid',
      ])
    })

    it('says where there is none', async () => {
      expect(await refusal(tree('nothing'))).to.deep.equal(['No event belongs to nothing.', 1])
      expect(await refusal(tree('--order', 'nobody'))).to.deep.equal(['There is no order nobody.', 1])
    })
  })

  describe('streams', () => {
    const streams = async (...args: string[]): Promise<string[]> => {
      const read = readStreams(args)
      if (read === undefined) throw new Error('help')
      const output = collector(80)
      await runStreams(reader, read, output, signal)
      return output.lines
    }

    it('are listed and searched', async () => {
      expect(await streams('list', 'order-o-')).to.have.members(['order-o-1', 'order-o-2'])
      expect(await streams('list', 'order-o-', '--limit', '1')).to.have.length(2)
      expect(await streams('list', 'zzz')).to.deep.equal(['No stream has "zzz" in its name.'])
      expect(await streams('list', 'order-o-1', '--json')).to.deep.equal(['{"stream":"order-o-1"}'])
    })

    it('are shown as they are stored', async () => {
      const lines = await streams('show', 'order-o-1', '--from', '1', '--limit', '1')
      expect(lines[0]).to.match(/^# {2}time \(UTC\) +event +data$/)
      expect(lines[1]).to.match(/^1 {2}.*OrderReserved {2}orderId o-1$/)
      expect(lines.at(-1)).to.equal('… and more: --from 2 shows them')
      expect((await streams('show', 'order-o-1', '--json'))[0]).to.contain('"$encrypted"')
      expect(await refusal(streams('show', 'order-zzz'))).to.deep.equal([
        'There is no event in order-zzz.',
        1,
      ])
    })
  })

  describe('audit diff', () => {
    const diff = (...args: string[]): Promise<Ended> =>
      shell([process.execPath, '--import', 'tsx', 'cli/audit.ts', 'diff', ...args].join(' '))

    const changed = async (name: string, file: string, change: (text: string) => string): Promise<string> => {
      const path = join(folder, name)
      await cp(join(ROOT, 'domain'), join(path, 'domain'), { recursive: true })
      await symlink(join(ROOT, 'node_modules'), join(path, 'node_modules'))
      const changedFile = join(path, 'domain', file)
      const before = await readFile(changedFile, 'utf8')
      await writeFile(changedFile, change(before))
      expect(await readFile(changedFile, 'utf8'), 'the change').to.not.equal(before)
      return path
    }

    it('finds nothing where the code does the same', async () => {
      const { code, output } = await diff('--against', 'domain')
      expect(output).to.match(
        /\d+ events of \d+ streams: 0 events that it can't take, 0 other decisions, 0 other states\n/,
      )
      expect(code).to.equal(0)
    })

    it('finds states, decisions and events that would be otherwise', async () => {
      const states = await changed('states', 'inventory-item/state.ts', (text) =>
        text.replace(
          'return moved(item, event.data.quantity)',
          'return moved(item, event.data.quantity + 1)',
        ),
      )
      const other = await diff('--against', states)
      expect(other.code).to.equal(1)
      expect(other.output).to.match(/state {5}inventory-MUG@\d+\n {4}available 4 → 5\n/)

      const decisions = await changed('decisions', 'order/decide.ts', (text) =>
        text.replace(
          "if (command.type === 'PlaceOrder') return placeOrder(command, order)",
          "if (command.type === 'PlaceOrder') return refuse(command, { type: 'totals_inconsistent' })",
        ),
      )
      expect((await diff('--against', decisions)).output).to.contain(
        'decision  order-o-1@0  OrderPlaced\n    PlaceOrder would have been refused: totals_inconsistent\n',
      )

      const events = await changed('events', 'payment/events.ts', (text) =>
        text.replace('capturedAt: Instant }', 'capturedAt: Instant, by: z.string() }'),
      )
      const json = (await diff('--against', events, '--json')).output
      expect(json).to.contain('"kind":"event","stream":"payment-o-1","revision":"2","type":"PaymentCaptured"')
    })

    it('says where there is no other domain, or it can not be loaded', async () => {
      expect(await diff('--against', folder)).to.include({
        ...{
          code: 2,
          errors: `orderstream: --against: there is no order/decide.ts in ${folder}, nor in its folder domain.\n`,
        },
      })
      const broken = await changed('broken', 'order/decide.ts', () => 'export const nothing = (')
      expect((await diff('--against', broken)).errors).to.contain("can't be loaded")
      const empty = await changed('empty', 'order/decide.ts', () => 'export const orderDecider = 1')
      expect((await diff('--against', empty)).errors).to.contain('is no decider')
    })
  })

  const shell = (command: string): Promise<Ended> =>
    new Promise((resolve) => {
      const env = { ...process.env, ESDB_URL: node.url, DATABASE_URL: database.url }
      execFile('/bin/sh', ['-c', command], { env, cwd: ROOT }, (error, output, errors) => {
        resolve({ code: typeof error?.code === 'number' ? error.code : 0, output, errors })
      })
    })
})
