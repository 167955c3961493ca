import { execFile, fork } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { chmod, mkdir, mkdtemp, readdir, readFile, realpath, rm, stat, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect } from 'chai'
import pg from 'pg'
import { pino } from 'pino'
import { eventually } from '../test/support/eventually.ts'
import { isRunning } from '../test/support/processes.ts'
import { startPostgres } from './postgres.ts'
import type { EmbeddedPostgres, EmbeddedPostgresOptions } from './postgres.ts'

const logger = pino({ level: 'silent' })

const query = async (url: string, text: string): Promise<unknown[]> => {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query<Record<string, unknown>>(text)).rows
  } finally {
    await client.end()
  }
}

const refusalOf = async (attempt: Promise<unknown>): Promise<unknown> =>
  attempt.then(
    () => undefined,
    (reason: unknown) => reason,
  )

describe('embedded Postgres', function () {
  this.timeout(30_000)

  let folder: string
  let dataDir: string
  const started: EmbeddedPostgres[] = []
  const holders: ChildProcess[] = []

  const start = async (options: Partial<EmbeddedPostgresOptions> = {}): Promise<EmbeddedPostgres> => {
    const server = await startPostgres({ dataDir, port: 0, logger, durable: false, ...options })
    started.push(server)
    return server
  }

  /** A process that holds a server and can be killed. */
  const hold = async (): Promise<{ holder: ChildProcess; pid: number; url: string }> => {
    const holder = fork(new URL('./postgres/testing/hold.ts', import.meta.url), [dataDir], {
      execArgv: ['--import', 'tsx'],
    })
    holders.push(holder)
    const [{ pid, url }] = (await once(holder, 'message')) as [{ pid: number; url: string }]
    return { holder, pid, url }
  }

  beforeEach(async () => {
    folder = await realpath(await mkdtemp(join(tmpdir(), 'orderstream-postgres-')))
    await chmod(folder, 0o755)
    dataDir = join(folder, 'postgres')
  })
  afterEach(async () => {
    for (const holder of holders.splice(0)) holder.kill('SIGKILL')
    await Promise.all(started.splice(0).map((server) => server.stop()))
    await eventually(() => rm(folder, { recursive: true, force: true }).then(() => true))
  })

  it('is a Postgres that is safe against power cuts, unless a test asks otherwise', async () => {
    const server = await start({ durable: true })
    const rows = await query(
      server.url,
      `select current_setting('server_version_num')::int >= 180000 as recent, current_setting('fsync') as fsync,
              current_setting('synchronous_commit') as commit, current_setting('full_page_writes') as pages`,
    )
    expect(rows).to.deep.equal([{ recent: true, fsync: 'on', commit: 'on', pages: 'on' }])
  })

  it('listens on loopback, and at a socket that is closed to other accounts, which is the way to it', async () => {
    const { url, port, socketDirectory = '' } = await start()
    expect((await stat(join(socketDirectory, `.s.PGSQL.${port}`))).mode & 0o777).to.equal(0o700)
    const where = `select inet_server_addr()::text as address`
    expect(await query(url, where)).to.deep.equal([{ address: null }])
    const loopback = new URL(url)
    loopback.search = ''
    expect(await query(loopback.href, where)).to.deep.equal([{ address: '127.0.0.1/32' }])
    // the rows of the file: https://www.postgresql.org/docs/current/storage-file-layout.html
    const [, , , , sockets, address] = (
      await readFile(join(dataDir, 'cluster', 'postmaster.pid'), 'utf8')
    ).split('\n')
    expect({ sockets, address }).to.deep.equal({
      sockets: await realpath(join(dataDir, 'cluster')),
      address: '127.0.0.1',
    })
  })

  it('has no socket where its directory has too long a name for one', async () => {
    dataDir = join(folder, 'a-long-name'.repeat(9), 'postgres')
    const { url, socketDirectory } = await start()
    expect(socketDirectory).to.equal(undefined)
    expect(await query(url, 'select inet_server_addr()::text as address')).to.deep.equal([
      { address: '127.0.0.1/32' },
    ])
  })

  it('lets in by the socket also where an older version has made the cluster', async () => {
    await (await start()).stop()
    await writeFile(
      join(dataDir, 'cluster', 'pg_hba.conf'),
      'host all orderstream 127.0.0.1/32 scram-sha-256\n',
    )
    const { url } = await start()
    expect(await query(url, 'select 1 as one')).to.deep.equal([{ one: 1 }])
  })

  it('lets in one role with a random password, which may do nothing beyond its own database', async () => {
    const server = await start()
    const rows = await query(
      server.url,
      'select rolname, rolsuper, rolcreatedb, rolcreaterole from pg_roles where rolname = current_user',
    )
    expect(rows).to.deep.equal([
      { rolname: 'orderstream', rolsuper: false, rolcreatedb: false, rolcreaterole: false },
    ])
    const wrong = new URL(server.url)
    wrong.password = 'guessed'
    expect(await refusalOf(query(wrong.href, 'select 1'))).to.have.property('code', '28P01')
    const superuser = new URL(server.url)
    superuser.username = 'postgres'
    expect(await refusalOf(query(superuser.href, 'select 1'))).to.have.property('code', '28000')
    expect((await stat(join(dataDir, 'password'))).mode & 0o777).to.equal(0o600)
    expect(new URL(server.url).password).to.equal((await readFile(join(dataDir, 'password'), 'utf8')).trim())
    expect(new URL(server.url).password).to.have.length.above(20)
  })

  it('keeps its data from one start to the next', async () => {
    const first = await start()
    await query(first.url, 'create table kept as select 7 as number')
    await first.stop()
    expect(isRunning(first.pid)).to.equal(false)
    const second = await start()
    expect(await query(second.url, 'select number from kept')).to.deep.equal([{ number: 7 }])
  })

  it('has what was committed after the server was killed, and says that it died', async () => {
    const first = await start({ durable: true })
    await query(first.url, 'create table kept as select 7 as number')
    process.kill(first.pid, 'SIGKILL')
    expect((await first.died).message).to.equal('The embedded Postgres ended by itself (SIGKILL).')
    const second = await start()
    expect(await query(second.url, 'select number from kept')).to.deep.equal([{ number: 7 }])
  })

  it('does not outlive the process that started it, not even when that is killed', async () => {
    const { holder, pid } = await hold()
    holder.kill('SIGKILL')
    await eventually(() => !isRunning(pid))
  })

  it('starts at once while the server of a killed process still runs', async () => {
    const { holder, pid, url } = await hold()
    await query(url, 'create table kept as select 7 as number')
    // what keeps it from outliving its process is killed first
    const watchdog = await childOf(holder.pid, 'watchdog')
    process.kill(watchdog, 'SIGKILL')
    holder.kill('SIGKILL')
    await once(holder, 'exit')
    expect(isRunning(pid)).to.equal(true)
    const server = await start()
    expect(isRunning(pid)).to.equal(false)
    expect(await query(server.url, 'select number from kept')).to.deep.equal([{ number: 7 }])
  })

  it('is not kept from starting by a process number that now belongs to another program', async () => {
    const first = await start()
    const pidFile = join(dataDir, 'cluster', 'postmaster.pid')
    const content = await readFile(pidFile, 'utf8')
    await first.stop()
    await writeFile(pidFile, content.replace(/^\d+/, String(process.pid)))
    const lock = join(dataDir, 'cluster', `.s.PGSQL.${first.port}.lock`)
    await writeFile(lock, content.replace(/^\d+/, String(process.pid)))
    const second = await start({ port: first.port })
    expect(await query(second.url, 'select 1 as one')).to.deep.equal([{ one: 1 }])
  })

  it('begins anew what was killed while it was made', async () => {
    await mkdir(join(dataDir, 'cluster.unfinished', 'base'), { recursive: true })
    await writeFile(join(dataDir, 'cluster.unfinished', 'PG_VERSION'), '18')
    const server = await start()
    expect(await query(server.url, 'select 1 as one')).to.deep.equal([{ one: 1 }])
    expect((await readdir(dataDir)).sort()).to.deep.equal(['cluster', 'password'])
  })

  it('names the port that another program has', async () => {
    const other = createServer()
    other.listen(0, '127.0.0.1')
    await once(other, 'listening')
    const { port } = other.address() as AddressInfo
    try {
      const error = await refusalOf(start({ port }))
      expect(error).to.have.property('name', 'PostgresPortInUseError')
      expect(error).to.have.property(
        'message',
        `Port ${port}, meant for the embedded Postgres, is in use: stop what uses it or set POSTGRES_PORT.`,
      )
    } finally {
      other.close()
    }
  })

  it("passes on Postgres's own reason when it can't start", async () => {
    const server = await start()
    await server.stop()
    await writeFile(join(dataDir, 'cluster', 'PG_VERSION'), '9.6\n')
    const error = await refusalOf(start())
    expect(error).to.have.property('name', 'PostgresStartError')
    expect(error)
      .to.have.property('message')
      .that.matches(/^The embedded Postgres did not start: database files are incompatible with server\.$/)
  })

  it('says what to do when its password was removed', async () => {
    const server = await start()
    await server.stop()
    await rm(join(dataDir, 'password'))
    expect(await refusalOf(start()))
      .to.have.property('message')
      .that.contains(`${join(dataDir, 'password')}, can't be read`)
  })

  it('runs for root although its account may not enter the directory', async function () {
    if (process.getuid?.() !== 0) this.skip()
    await mkdir(join(folder, 'closed'), { mode: 0o700 })
    dataDir = join(folder, 'closed', 'postgres')
    const commonPlace = join(folder, 'common')
    const first = await start({ commonPlace })
    await query(first.url, 'create table kept as select 7 as number')
    await first.stop()
    expect(await realpath(join(dataDir, 'cluster'))).to.match(new RegExp(`^${commonPlace}/`))
    const second = await start({ commonPlace })
    expect(await query(second.url, 'select number from kept')).to.deep.equal([{ number: 7 }])
    await second.stop()
    // somebody made room: there is nothing left to keep
    await rm(commonPlace, { recursive: true })
    const third = await start({ commonPlace })
    expect(await refusalOf(query(third.url, 'select number from kept'))).to.have.property('code', '42P01')
  })

  it('lets its process end while it runs, and ends then', async () => {
    const { holder, pid } = await hold()
    holder.send('unref')
    await once(holder, 'exit')
    await eventually(() => !isRunning(pid))
    expect(existsSync(dataDir)).to.equal(true)
  })
})

/** The child of a process whose command line contains `word`. */
const childOf = async (parent: number | undefined, word: string): Promise<number> => {
  const { stdout } = await promisify(execFile)('ps', ['-eo', 'pid=,ppid=,args='])
  const found = stdout
    .split('\n')
    .map((line) => /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line))
    .find((row) => Number(row?.[2]) === parent && row?.[3]?.includes(word))
  if (!found) throw new Error(`Process ${parent} has no child ${word}`)
  return Number(found[1])
}
