import { execFile, spawn } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { fileURLToPath } from 'node:url'
import { once } from 'node:events'
import { expect } from 'chai'
import { eventually } from './support/eventually.ts'
import { temporaryDataDir } from './support/orderstream.ts'
import { startShop } from './support/running-shop.ts'
import { createDatabase, startEventStore } from './support/servers.ts'

// `npm ci && npm start`, `npm run demo` and `npm test` have tests of their own; `docker compose up` needs Docker

const root = fileURLToPath(new URL('..', import.meta.url))
/** Here npm and the programs that it starts are those that a reader gets: see test/support/bin/npm. */
const AS_TYPED = { ...process.env, TEST_BUILD: '' }
const bash = (script: string, cwd: string): Promise<{ readonly stdout: string }> =>
  promisify(execFile)('bash', ['-c', `set -euo pipefail\n${script}`], { cwd, env: AS_TYPED })

/** The block of shell commands on a page that contains `part`. */
const blockOf = async (page: string, part: string): Promise<string> => {
  const text = await readFile(join(root, page), 'utf8')
  const blocks = [...text.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, block = '']) => block)
  const found = blocks.filter((block) => block.includes(part))
  expect(found, `blocks of ${page} with ${part}`).to.have.length(1)
  return String(found[0])
}

/** The block with what stands for a server or a file of the reader’s own replaced by that of the test. */
const filledIn = (block: string, values: Readonly<Record<string, string>>): string =>
  Object.entries(values).reduce((text, [from, to]) => {
    expect(text).to.contain(from)
    return text.replaceAll(from, to)
  }, block)

describe('README.md', function () {
  this.timeout(120_000)

  it('shows with curl how an order is placed and paid', async () => {
    const data = await temporaryDataDir()
    const shop = await startShop(join(data.path, '..'))
    try {
      const block = await blockOf('README.md', 'curl -s')
      const { stdout } = await bash(filledIn(block, { 'http://127.0.0.1:3000/api/v1': shop.url }), root)
      expect(JSON.parse(stdout)).to.include({ status: 'paid' })
    } finally {
      await shop.stop()
      await data.remove()
    }
  })

  it('shows how it runs on servers that are there already', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'orderstream-readme-'))
    const [node, database] = await Promise.all([startEventStore(), createDatabase()])
    try {
      const keyOf = await blockOf('docs/configuration.md', 'openssl genpkey')
      await bash(`${keyOf}\nopenssl rand -base64 32 > master-key`, folder)
      const block = filledIn(await blockOf('README.md', 'ESDB_URL='), {
        'esdb://localhost:2113?tls=false': node.url,
        'postgres://user:password@localhost:5432/orderstream': database.url,
        './jwt.pem': join(folder, 'jwt-private-key.pem'),
        'cat master-key': `cat ${join(folder, 'master-key')}`,
      })
      const shop = spawn('bash', ['-c', `export PORT=0 LOG_FORMAT=json\n${block}`], {
        cwd: root,
        env: AS_TYPED,
        // as a shell does, so that Ctrl-C reaches all of it
        detached: true,
        stdio: ['ignore', 'pipe', 'inherit'],
      })
      let output = ''
      shop.stdout.on('data', (chunk: Buffer) => {
        output += chunk.toString()
      })
      const ended = once(shop, 'close')
      try {
        const url = await eventually(
          () => {
            if (shop.exitCode !== null) return 'it ended'
            return /"url":"([^"]+)"[^\n]*"msg":"ready"/.exec(output)?.[1] ?? false
          },
          { withinMs: 60_000 },
        )
        const ready = await fetch(`${url}/health/ready`)
        expect(ready.status, output).to.equal(200)
        // no demo, no embedded server
        expect(output).to.not.contain('demo')
      } finally {
        if (shop.pid !== undefined && shop.exitCode === null) process.kill(-shop.pid, 'SIGINT')
        await ended
      }
    } finally {
      await Promise.all([node.stop(), database.stop(), rm(folder, { recursive: true })])
    }
  })
})
