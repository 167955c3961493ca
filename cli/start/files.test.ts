import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { pino } from 'pino'
import { masterKeyOf } from '../../eventstore/personal-data/master-key.ts'
import { loadConfig } from '../../platform/config.ts'
import type { Environment } from '../../platform/config.ts'
import { readArguments } from './arguments.ts'
import { openDataDirectory } from './data-directory.ts'
import { endLeftover, recordChild } from './leftover.ts'
import { loadMasterKeys } from './personal-data.ts'
import { loadPricingRules } from './pricing.ts'
import { loadSigningKeys } from './signing-key.ts'
import { StartError } from './start-error.ts'
import { readVersion } from './version.ts'

const sentenceOf = async (attempt: Promise<unknown>): Promise<string> => {
  try {
    await attempt
  } catch (error) {
    if (error instanceof StartError) return error.message
    throw error
  }
  throw new Error('It was not refused')
}

describe('what a start reads and writes', () => {
  let folder: string
  const config = (env: Environment = {}): ReturnType<typeof loadConfig> =>
    loadConfig({ DATA_DIR: folder, ...env })

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'orderstream-files-'))
  })
  afterEach(() => rm(folder, { recursive: true }))

  describe('signing key', () => {
    it('is made once, for its owner only, and kept', async () => {
      const first = await loadSigningKeys(config())
      expect(await loadSigningKeys(config())).to.deep.equal(first)
      expect(await readdir(folder)).to.deep.equal(['jwt-private-key.pem'])
      expect((await stat(join(folder, 'jwt-private-key.pem'))).mode & 0o777).to.equal(0o600)
    })

    it('is made anew where its making was interrupted', async () => {
      await writeFile(join(folder, 'jwt-private-key.pem.unfinished'), '-----BEGIN PRI')
      const [{ privateKey }] = await loadSigningKeys(config())
      expect(privateKey).to.match(/^-----BEGIN PRIVATE KEY-----/)
    })

    it('is not replaced where it was damaged: tokens would be lost without a word', async () => {
      const path = join(folder, 'jwt-private-key.pem')
      await writeFile(path, 'damaged')
      expect(await sentenceOf(loadSigningKeys(config()))).to.equal(
        `The signing key ${path} can't be used: restore it, or remove it to get a new one.`,
      )
      expect(await readFile(path, 'utf8')).to.equal('damaged')
    })

    it('is read from the file that is named', async () => {
      const path = join(folder, 'own.pem')
      const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
      await writeFile(path, privateKey.export({ type: 'pkcs8', format: 'pem' }))
      const [key] = await loadSigningKeys(config({ JWT_PRIVATE_KEY_FILE: path }))
      expect(key.privateKey).to.equal(await readFile(path, 'utf8'))
      await writeFile(path, 'no key')
      expect(await sentenceOf(loadSigningKeys(config({ JWT_PRIVATE_KEY_FILE: path })))).to.match(
        new RegExp(`^JWT_PRIVATE_KEY_FILE is ${path}, which can't be used: `),
      )
    })
  })

  describe('master key', () => {
    it('is made once, for its owner only, and kept', async () => {
      const [first] = await loadMasterKeys(config())
      const [again] = await loadMasterKeys(config())
      expect(again.id).to.equal(first.id)
      expect(await readdir(folder)).to.deep.equal(['master-key'])
      expect((await stat(join(folder, 'master-key'))).mode & 0o777).to.equal(0o600)
    })

    it('is not replaced where it was damaged: personal data would be lost', async () => {
      const path = join(folder, 'master-key')
      await writeFile(path, 'damaged')
      expect(await sentenceOf(loadMasterKeys(config()))).to.equal(
        `The master key ${path} can't be used: restore it.`,
      )
    })

    it('is the configured one where there is one, and those before it', async () => {
      const [one, two] = [randomBytes(32), randomBytes(32)]
      const given = [one, two].map((key) => key.toString('base64')).join(',')
      const keys = await loadMasterKeys(config({ MASTER_KEY: given }))
      expect(keys.map(({ id }) => id)).to.deep.equal([masterKeyOf(one).id, masterKeyOf(two).id])
      expect(await readdir(folder)).to.deep.equal([])
    })
  })

  describe('prices of shipping and taxes', () => {
    it('are read from the file that is named', async () => {
      const path = join(folder, 'pricing.json')
      const rules = { shipping: [], tax: [{ countries: '*', basisPoints: 1_900 }] }
      await writeFile(path, JSON.stringify(rules))
      expect(await loadPricingRules(path)).to.deep.equal(rules)
    })

    it('as the example has them', async () => {
      const { shipping, tax } = await loadPricingRules('deploy/pricing.example.json')
      expect([shipping.length, tax.length]).to.deep.equal([2, 2])
    })

    it('are refused where there is no file', async () => {
      expect(await sentenceOf(loadPricingRules('/nonexistent.json'))).to.equal(
        "PRICING_FILE is /nonexistent.json, which can't be used: ENOENT.",
      )
    })

    const refusals = {
      '{': 'it is not JSON',
      '{"shipping": []}': 'tax: Invalid input: expected array, received undefined',
      '{"shipping": [], "tax": [{"countries": "*", "basisPoints": 1.5}]}':
        'tax.0.basisPoints: Invalid input: expected int, received number',
      '[]': 'all of it: Invalid input: expected object, received array',
    }
    for (const [text, reason] of Object.entries(refusals)) {
      it(`are refused where ${reason}`, async () => {
        const path = join(folder, 'pricing.json')
        await writeFile(path, text)
        expect(await sentenceOf(loadPricingRules(path))).to.equal(
          `PRICING_FILE is ${path}, which can't be used: ${reason}.`,
        )
      })
    }
  })

  describe('data directory', () => {
    it('is made for its owner, held, and given back', async () => {
      const path = join(folder, 'deep', 'data')
      const held = await openDataDirectory(path)
      expect((await stat(path)).mode & 0o066).to.equal(0)
      expect(await sentenceOf(openDataDirectory(path))).to.equal(
        `The data directory ${path} is in use by another instance (process ${process.pid}): stop it, or set DATA_DIR.`,
      )
      await held.stop()
      const again = await openDataDirectory(path)
      await again.stop()
    })

    it('is refused where it is no directory', async () => {
      const path = join(folder, 'file')
      await writeFile(path, '')
      expect(await sentenceOf(openDataDirectory(path))).to.equal(
        `The data directory ${path} can't be used (EEXIST): set DATA_DIR.`,
      )
    })

    it('is refused where it may not be made', async function () {
      if (process.getuid?.() === 0) this.skip()
      await chmod(folder, 0o500)
      expect(await sentenceOf(openDataDirectory(join(folder, 'data')))).to.contain("can't be used (EACCES)")
    })
  })

  describe('what an earlier run left behind', () => {
    const logger = pino({ level: 'silent' })

    it('is not taken for a process that got its number since', async () => {
      const file = join(folder, 'node.pid')
      await writeFile(file, `${process.pid} 1`)
      await endLeftover(file, logger)
      // this process still runs, and the record is gone
      expect(await readdir(folder)).to.deep.equal([])
    })

    it('is nothing where it was stopped in order', async () => {
      const file = join(folder, 'node.pid')
      const record = await recordChild(file, process.pid)
      await record.erase()
      await endLeftover(file, logger)
      expect(await readdir(folder)).to.deep.equal([])
    })
  })

  it('version is the one of the package', async () => {
    const { version } = JSON.parse(await readFile('package.json', 'utf8')) as { version: string }
    expect(await readVersion()).to.equal(version)
    expect(await readVersion(new URL('../dist/cli/', import.meta.url))).to.equal(version)
  })

  it('roles are all, or those that are named', () => {
    expect([...readArguments([]).roles]).to.deep.equal(['api', 'processes', 'projections'])
    expect([...readArguments(['--roles', 'projections, api']).roles]).to.deep.equal(['projections', 'api'])
    expect(readArguments(['--help']).help).to.equal(true)
  })

  it('other arguments are refused', () => {
    expect(() => readArguments(['--roles', 'api,sagas'])).to.throw(
      StartError,
      '--roles names "sagas", but the roles are api, processes, projections.',
    )
    expect(() => readArguments(['--port', '1'])).to.throw(StartError, "Unknown option '--port': see --help.")
    expect(() => readArguments(['1'])).to.throw(StartError, "Unexpected argument '1': see --help.")
  })
})
