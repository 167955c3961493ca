import { execFile, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { EventStoreDBClient, jsonEvent } from '@eventstore/db-client'
import { expect } from 'chai'
import { startNode, type EventStoreNode } from '../embedded/eventstore-node/index.ts'
import { freePort } from './support/servers.ts'

const ROOT = fileURLToPath(new URL('..', import.meta.url))

describe('docs/eventstore-node.md', function () {
  this.timeout(180_000)
  let folder: string
  let port: string
  let target: EventStoreNode
  let running: ChildProcess | undefined
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'orderstream-pages-'))
    port = String(await freePort())
    target = await startNode({ inMemory: true })
  })
  after(async () => {
    if (running !== undefined) {
      const ended = once(running, 'exit')
      // npm, its shell and the node
      process.kill(-(running.pid ?? NaN), 'SIGTERM')
      await ended
    }
    await target.close()
    await rm(folder, { recursive: true })
  })

  /** With folders, ports and the other server of this test. */
  const filled = (command: string): string =>
    [
      ['esdb://admin:PASSWORD@esdb.example.com:2113', target.connectionString],
      ['2113', port],
      ['./', `${folder}/`],
    ].reduce((line, [from = '', to = '']) => line.replaceAll(from, to), command)

  async function start(command: string): Promise<void> {
    const child = spawn('bash', ['-c', filled(command)], { cwd: ROOT, detached: true })
    running = child
    let said = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => (said += text))
    child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text))
    while (!said.includes(`on esdb://127.0.0.1:${port}`)) {
      if (child.exitCode !== null) throw new Error(`the node ended: ${said}`)
      await Promise.race([once(child.stdout, 'data'), once(child, 'exit')])
    }
  }

  it('its commands do what it says', async () => {
    const text = await readFile(join(ROOT, 'docs/eventstore-node.md'), 'utf8')
    const [first = '', ...commands] = [...text.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].flatMap(
      ([, block = '']) => block.trim().split('\n'),
    )
    expect(first).to.match(/^npm run eventstore-node -- --data/)
    await start(first)
    const client = EventStoreDBClient.connectionString(`esdb://127.0.0.1:${port}?tls=false`)
    await client.appendToStream('order-1', jsonEvent({ type: 'OrderPlaced', data: { total: 5 } }))
    await client.dispose()

    const outputs = new Map<string, string>()
    for (const command of commands) {
      const script = `set -euo pipefail\n${filled(command)}`
      const { stdout } = await promisify(execFile)('bash', ['-c', script], { cwd: ROOT })
      outputs.set(command.replace(/ +#.*$/, '').replace('npm run eventstore-node -- ', ''), stdout)
    }
    const of = (beginning: string): string =>
      [...outputs].find(([command]) => command.startsWith(beginning))?.[1] ??
      `${beginning} is not on the page`
    const scavenge = 'http://127.0.0.1:2113/admin/scavenge'
    expect(of(`curl -X POST ${scavenge}`)).to.match(/^\{\s*"scavengeId":\s*"[\w-]{36}"/)
    expect(of(`curl ${scavenge}/last`)).to.match(/"scavengeResult":\s*"(InProgress|Success)"/)
    expect(of(`curl -X DELETE ${scavenge}/current`)).to.match(/scavengeId|Scavenge Id does not exist/)
    expect(of('backup')).to.match(/checked record by record and opened\./)
    expect(of('verify')).to.match(/^Whole: /m)
    expect(of('export')).to.match(/1 events? of 1 streams? and 0 groups/)
    expect(of('import')).to.match(/Read back: all 1 events? (is|are) as in/)
    expect(outputs.size).to.equal(7)
  })
})
