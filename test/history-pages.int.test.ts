import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect } from 'chai'
import { freePort } from './support/servers.ts'
import { startShop, type RunningShop } from './support/running-shop.ts'
import { temporaryDataDir } from './support/orderstream.ts'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
/** What stands on the page for an order and a customer of the reader's own. */
const ORDER = '01M893GAVJEEXB7BHJDXVHBKC7'
const CUSTOMER = '01M893G1YV04QH5HCG6D1TRDBX'

describe('pages about read models and history', function () {
  this.timeout(180_000)
  let data: Awaited<ReturnType<typeof temporaryDataDir>>
  let folder: string
  let shop: RunningShop
  let ports: Readonly<Record<string, string>>
  const bash = async (script: string): Promise<string> => {
    const env = { ...process.env, ...ports, DATA_DIR: join(data.path, '..'), COLUMNS: '100' }
    const { stdout } = await promisify(execFile)('bash', ['-c', `set -euo pipefail\n${script}`], {
      ...{ cwd: ROOT, env, maxBuffer: 16 * 1_048_576 },
    })
    return stdout
  }
  before(async () => {
    data = await temporaryDataDir()
    folder = await mkdtemp(join(tmpdir(), 'orderstream-pages-'))
    ports = { EVENTSTORE_PORT: String(await freePort()), POSTGRES_PORT: String(await freePort()) }
    shop = await startShop(join(data.path, '..'), ports)
    await bash(`npm run --silent demo -- --url ${new URL(shop.url).origin}`)
  })
  after(async () => {
    await shop.stop()
    await data.remove()
    await rm(folder, { recursive: true })
  })

  /** The commands of a page, line by line, with what each has written. */
  const run = async (
    page: string,
    values: Readonly<Record<string, string>>,
  ): Promise<Map<string, string>> => {
    const text = await readFile(join(ROOT, 'docs', page), 'utf8')
    const commands = [...text.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].flatMap(([, block = '']) =>
      block.trim().split('\n'),
    )
    const outputs = new Map<string, string>()
    for (const command of commands) {
      const filled = Object.entries(values).reduce((line, [from, to]) => line.replaceAll(from, to), command)
      const output = await bash(filled)
      outputs.set(command.replace('npm run ', ''), output)
    }
    return outputs
  }

  it('docs/read-models.md: its commands do what it says', async () => {
    const outputs = await run('read-models.md', {})
    expect([...outputs.keys()].filter((command) => command.startsWith('projections'))).to.have.length(5)
    expect(outputs.get('projections -- status')).to.match(/^orders g1 +live .* yes$/m)
    expect(outputs.get('projections -- rebuild orders')).to.match(/^live: orders g2$/m)
    expect(outputs.get('projections -- rollback orders')).to.match(/^live: orders g1$/m)
    expect(outputs.get('projections -- verify')).to.match(/^orders: \d+ rows, 0 different, 0 events parked$/m)
    expect(outputs.get('projections -- parked')).to.match(/^Nothing is parked\.$/m)
  })

  it('docs/audit.md: its commands do what it says', async () => {
    const [name = ''] = /order-\w+/.exec(await bash('npm run --silent streams -- list order-')) ?? []
    const first = await bash(`npm run --silent streams -- show ${name} --limit 1 --json`)
    const [, customer = ''] = /"customerId\W+(\w+)/.exec(first) ?? []
    const file = join(folder, 'events.csv')
    const outputs = await run('audit.md', {
      ...{ [ORDER]: name.slice('order-'.length), [CUSTOMER]: customer },
      ...{ 'events.csv': file, '../orderstream-next': '.' },
    })
    const of = (command: string): string => outputs.get(command) ?? `${command} is not on the page`
    expect(of('audit -- verify'))
      .to.contain('✓ contract')
      .and.to.match(/read models: \d+ rows compared/)
    expect(of(`replay -- order ${ORDER}`)).to.match(/^0 {2}\d{4}-\d\d-\d\d +OrderPlaced/m)
    expect(of(`audit -- tree --order ${ORDER}`)).to.match(/^└─ OrderPlaced {2}order-/m)
    expect(of('streams -- list order-')).to.contain(name)
    expect(of(`streams -- show order-${ORDER}`)).to.match(/OrderPlaced +orderId/)
    expect(await readFile(file, 'utf8')).to.match(/^position,stream,/)
    expect(of('audit -- diff --against ../orderstream-next')).to.match(/ 0 other states$/m)
    expect(outputs.size).to.equal(7)
  })
})
