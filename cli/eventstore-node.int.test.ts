import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import fs from 'node:fs'
import https from 'node:https'
import net from 'node:net'
import os from 'node:os'
import path from 'node:path'
import { expect } from 'chai'
import { writeCertificate } from '../embedded/eventstore-node/testing/certificates.ts'
import { programOf } from '../test/support/program.ts'

/** What a person sees of a run of the command. */
interface Run {
  readonly child: ChildProcess
  readonly output: () => string
  readonly errors: () => string
  /** Resolves when the text was printed. */
  printed(text: string): Promise<void>
  /** Resolves when all that was said on stderr is this; fails the test where it is something else. */
  said(sentence: RegExp): Promise<void>
  /** Exit code, once it has ended. */
  ended(): Promise<unknown>
}

function watch(child: ChildProcess): Run {
  let output = ''
  let errors = ''
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    output += text
    child.emit('printed')
  })
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    errors += text
  })
  const closed = once(child, 'exit').then(([code]: unknown[]) => code)
  return {
    child,
    output: () => output,
    errors: () => errors,
    async printed(text) {
      while (!output.includes(text)) await once(child, 'printed')
    },
    async said(sentence) {
      if (child.stderr?.readableEnded === false) await once(child.stderr, 'end')
      expect(errors).to.match(sentence)
    },
    ended: () => closed,
  }
}

describe('The command eventstore-node', function () {
  // each case is a process of its own, which takes seconds to start on a machine that has much else to do
  this.timeout(180_000)
  let folder = ''
  const runs: Run[] = []
  const run = (...args: string[]): Run => {
    const started = watch(spawn(process.execPath, [...programOf('cli/eventstore-node.ts'), ...args]))
    runs.push(started)
    return started
  }

  beforeEach(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'eventstore-node-'))
  })
  afterEach(async () => {
    for (const node of runs.splice(0)) {
      node.child.kill('SIGKILL')
      await node.ended()
    }
    fs.rmSync(folder, { recursive: true, force: true })
  })

  it('says where it listens and what it is not, and ends in order on Ctrl-C', async () => {
    const node = run('--data', folder, '--port', '0')
    await node.printed('everybody who reaches it may do everything')
    const [, url] = /on (esdb:\/\/127\.0\.0\.1:\d+\?tls=false), events in (.+)\.\n/.exec(node.output()) ?? []
    expect(url).to.match(/^esdb/)
    expect(node.output()).to.include(folder)
    node.child.kill('SIGINT')
    expect(await node.ended()).to.equal(0)
    expect(node.errors()).to.equal('')
    expect(fs.existsSync(path.join(folder, 'log', 'lock'))).to.equal(false)
  })

  it('says in one sentence why it cannot start', async () => {
    const taken = net.createServer().listen(0, '127.0.0.1')
    await once(taken, 'listening')
    const address = taken.address()
    const port = typeof address === 'object' && address !== null ? String(address.port) : ''
    const holder = run('--data', folder, '--port', '0')
    await holder.printed('Event store node on')
    const cases: readonly (readonly [string[], RegExp])[] = [
      [
        ['--in-memory', '--port', port],
        new RegExp(`^Port ${port} on 127\\.0\\.0\\.1 is in use by another program\\.\n$`),
      ],
      [
        ['--data', folder, '--port', '0'],
        /^The data directory .* is in use by another event store node \(process \d+\)\.\n$/,
      ],
      [['--frobnicate'], /^Unknown option '--frobnicate'\.\n$/],
      [[], /^Give either --data DIR or --in-memory\.\n$/],
      [['--data', folder, '--in-memory'], /^Give either --data DIR or --in-memory\.\n$/],
      [['--in-memory', '--port', '99999'], /^--port: '99999' is no port\.\n$/],
      [
        ['--in-memory', '--chunk-size', '12'],
        /^--chunk-size: '12' is no number of bytes from 4096 to 1073741824\.\n$/,
      ],
      [
        ['--in-memory', '--keep-alive-timeout', '-'],
        /^--keep-alive-timeout: '-' is no number of milliseconds from 1 to 86400000\.\n$/,
      ],
      [
        ['--in-memory', '--run-projections', 'all'],
        /^--run-projections: 'all' is neither 'none' nor 'system'\.\n$/,
      ],
      [
        ['--in-memory', '--start-projections', '$x'],
        /^--start-projections: '\$x' is none of .*\$by_category.*\.\n$/,
      ],
      [
        ['--in-memory', '--insecure', '--host', '203.0.113.1'],
        /^203\.0\.113\.1 is not an address of this machine\.\n$/,
      ],
      [
        ['--in-memory', '--host', '0.0.0.0'],
        /^0\.0\.0\.0 can be reached from other machines, and the node has no TLS and no passwords: .*\(--insecure\)\..*\n$/,
      ],
      [['--in-memory', '--tls-cert', 'x.crt'], /^--tls-cert needs --tls-key\.\n$/],
      [
        ['--in-memory', '--tls-cert', '/nowhere.crt', '--tls-key', '/nowhere.key'],
        /^The certificate \/nowhere\.crt can't be read: there is no such file\.\n$/,
      ],
    ]
    await Promise.all(
      cases.map(async ([args, sentence]) => {
        const failed = run(...args)
        expect(await failed.ended(), args.join(' ')).to.equal(1)
        await failed.said(sentence)
      }),
    )
    taken.close()
  })

  it('refuses damaged data, and names file and place', async () => {
    const node = run('--data', folder, '--port', '0')
    await node.printed('Event store node on')
    node.child.kill('SIGTERM')
    expect(await node.ended()).to.equal(0)
    fs.writeFileSync(path.join(folder, 'log', '0000000000000000.log'), Buffer.alloc(100))
    const failed = run('--data', folder, '--port', '0')
    expect(await failed.ended()).to.equal(1)
    expect(failed.errors()).to.match(
      /^The event log is damaged: .*0000000000000000\.log, byte 0: no segment header\n$/,
    )
  })

  it('explains itself', async () => {
    const help = run('--help')
    expect(await help.ended()).to.equal(0)
    expect(help.output()).to.include('Usage: eventstore-node').and.include('--exit-with-parent')
  })

  it('makes up passwords once, and serves the certificate of now', async () => {
    const files = writeCertificate(folder)
    const args = ['--data', folder, '--port', '0', '--auth', '--tls-cert', files.cert, '--tls-key', files.key]
    const first = run(...args)
    await first.printed('Password of ops, shown this once: ')
    const [, password = ''] = /Password of admin, shown this once: (\S{20})\n/.exec(first.output()) ?? []
    expect(password).not.to.equal('')
    const port = /esdb:\/\/127\.0\.0\.1:(\d+)\?tls=true/.exec(first.output())?.[1] ?? ''
    const signIn = (): Promise<number | undefined> =>
      new Promise((resolve, reject) => {
        const options = { ca: fs.readFileSync(files.cert), agent: false, auth: `admin:${password}` }
        https
          .get(`https://localhost:${port}/admin/login`, options, (response) => {
            response.resume()
            resolve(response.statusCode)
          })
          .once('error', reject)
      })
    expect(await signIn()).to.equal(200)
    writeCertificate(folder, { common: 'renewed' })
    first.child.kill('SIGHUP')
    await first.printed('The certificate was read again')
    expect(await signIn()).to.equal(200)
    fs.writeFileSync(files.key, 'no key')
    first.child.kill('SIGHUP')
    while (!first.errors().includes('The one before goes on to be served'))
      await once(first.child.stderr ?? first.child, 'data')
    expect(await signIn()).to.equal(200)
    first.child.kill('SIGTERM')
    expect(await first.ended()).to.equal(0)

    writeCertificate(folder)
    const second = run(...args)
    await second.printed('callers need a user name and password')
    second.child.kill('SIGTERM')
    expect(await second.ended()).to.equal(0)
    expect(second.output()).not.to.include('shown this once')
  })

  it('tells a parent that forked it where it listens, and ends when that parent lets go', async () => {
    const child = spawn(
      process.execPath,
      [...programOf('cli/eventstore-node.ts'), '--in-memory', '--port', '0'],
      {
        stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      },
    )
    const node = watch(child)
    runs.push(node)
    const [message] = (await once(child, 'message')) as unknown[]
    expect(message).to.include({ type: 'listening' }).and.have.property('port').above(0)
    child.disconnect()
    expect(await node.ended()).to.equal(0)
  })

  it('ends when the process that started it is killed, where it was told to', async () => {
    const script = `
      const { spawn } = require('node:child_process')
      const args = ${JSON.stringify([...programOf('cli/eventstore-node.ts'), '--in-memory', '--port', '0', '--exit-with-parent'])}
      const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
      child.stdout.on('data', (text) => process.stdout.write(child.pid + ' ' + text))
    `
    const parent = watch(spawn(process.execPath, ['-e', script]))
    runs.push(parent)
    await parent.printed('Event store node on')
    const pid = Number(parent.output().split(' ')[0])
    expect(isAlive(pid)).to.equal(true)
    parent.child.kill('SIGKILL')
    while (isAlive(pid)) await new Promise((resolve) => setTimeout(resolve, 20))
  })
})

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
