import { createSecretKey } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import formats from 'ajv-formats'
import { expect } from 'chai'
import { z } from 'zod'
import { createSeal } from '../../eventstore/personal-data/seal.ts'
import type { DataKeyState, PersonalDataKeys } from '../../eventstore/personal-data/keys.ts'
import { createRegistry } from '../../eventstore/registry.ts'
import { publishedEvents, streams } from './published.ts'

const DIRECTORY = join(import.meta.dirname, '../../docs/contracts/v1')

/** An event as it was once stored. */
const Golden = z.strictObject({
  type: z.string(),
  version: z.int().min(1),
  stream: z.string(),
  id: z.uuid(),
  data: z.unknown(),
  /** What the current program reads in it; the data itself where that is left out. */
  readAs: z.unknown().optional(),
  /** Made up for this event. */
  key: z.strictObject({ id: z.uuid(), secret: z.hex().length(64) }).optional(),
})
type Golden = z.output<typeof Golden>

const registry = createRegistry(...streams.map(({ contracts }) => contracts))

const keysWith = (
  { key }: Golden,
  state: (id: string, secret: string) => DataKeyState,
): PersonalDataKeys => ({
  forCustomers: () => Promise.reject(new Error('nothing is written here')),
  byId: () => Promise.resolve(new Map(key && [[key.id, state(key.id, key.secret)]])),
})

/** As the event store's door reads it. */
const read = async (golden: Golden, erased = false): Promise<unknown> => {
  const keys = keysWith(golden, (id, secret) =>
    erased ? 'erased' : { id, secret: createSecretKey(Buffer.from(secret, 'hex')) },
  )
  const record = { id: golden.id, type: golden.type, streamId: golden.stream, data: golden.data }
  const open = await createSeal(registry, keys).opener([record])
  return registry.read(golden.type, open(record), golden.version)
}

describe('payloads of old, which have to be read for good', () => {
  const files = new Map<string, Golden>()
  const ajv = formats.default(new Ajv2020({ strict: true, strictRequired: false, allErrors: true }))
  ajv.addVocabulary(['x-personal'])

  before(async () => {
    for (const file of await readdir(join(DIRECTORY, 'golden'))) {
      const text = await readFile(join(DIRECTORY, 'golden', file), 'utf8')
      files.set(file, Golden.parse(JSON.parse(text)))
    }
    for (const file of await readdir(DIRECTORY)) {
      if (!file.endsWith('.json')) continue
      ajv.addSchema(JSON.parse(await readFile(join(DIRECTORY, file), 'utf8')) as object)
    }
  })

  it('are there for each version of each event', () => {
    const versions = publishedEvents().flatMap(({ type, contract }) =>
      Array.from({ length: contract.version }, (_, index) => `${type}.v${index + 1}`),
    )
    const kept = new Set([...files.values()].map(({ type, version }) => `${type}.v${version}`))
    expect([...kept]).to.have.members(versions)
    for (const [file, { type, version }] of files) {
      expect(file.startsWith(`${type}.v${version}.`), file).to.equal(true)
    }
  })

  it('stand in the streams of their events', () => {
    for (const [file, { type, stream }] of files) {
      const category = streams.find(({ contracts }) => type in contracts)?.category ?? 'none'
      expect(stream.startsWith(category), file).to.equal(true)
    }
  })

  it('are what the schema of their version allows', () => {
    for (const [file, { type, version, data }] of files) {
      const isValid = ajv.validate(`${type}.v${version}.json`, data)
      expect(isValid, `${file}: ${ajv.errorsText()}`).to.equal(true)
    }
  })

  it('are read as they always were', async () => {
    for (const [file, golden] of files) {
      expect(await read(golden), file).to.deep.equal(golden.readAs ?? golden.data)
    }
  })

  it('are read after an erasure as well, with null in the place of what was personal', async () => {
    const encrypted = [...files].filter(([, { key }]) => key !== undefined)
    expect(encrypted).not.to.have.length(0)
    for (const [file, golden] of encrypted) {
      const fields = registry.personalOf(golden.type)?.fields ?? []
      const nothing = Object.fromEntries(fields.map((field) => [field, null]))
      expect(await read(golden, true), file).to.deep.equal({ ...Object(golden.readAs), ...nothing })
    }
  })

  it('have an encrypted one for each event with personal data', () => {
    const personal = publishedEvents().filter(({ contract }) => contract.personal !== undefined)
    const encrypted = [...files.values()].filter(({ key }) => key !== undefined).map(({ type }) => type)
    expect(encrypted).to.have.members(personal.map(({ type }) => type))
  })

  it('a current version is the other way round not read by the schema of the one before', () => {
    const current = files.get('WalletCredited.v2.json')?.data
    expect(ajv.validate('WalletCredited.v1.json', current)).to.equal(false)
  })
})
