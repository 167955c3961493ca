import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect } from 'chai'
import { z } from 'zod'
import type { EventContract } from '../../domain/contract.ts'
import { ChangedContractError, contractFiles, refuseChanges } from './files.ts'
import { eventSchema, UnpublishableContractError } from './json-schema.ts'
import { publishedEvents, type PublishedEvent } from './published.ts'

const DIRECTORY = join(import.meta.dirname, '../../docs/contracts')

describe('the published contracts', () => {
  it('are what the code says: else run `npm run contracts` and look at what has changed', async () => {
    for (const [file, text] of contractFiles()) {
      expect(await readFile(join(DIRECTORY, file), 'utf8'), file).to.equal(text)
    }
  })

  it('have the shapes that their versions were published with', async () => {
    await refuseChanges(contractFiles(), DIRECTORY)
  })

  it('are there for each version that ever was, and for nothing else', async () => {
    const expected = [
      'encrypted-value.v1.json',
      'metadata.v1.json',
      ...publishedEvents().flatMap(({ type, contract }) =>
        Array.from({ length: contract.version }, (_, index) => `${type}.v${index + 1}.json`),
      ),
    ]
    const files = await readdir(join(DIRECTORY, 'v1'))
    expect(files.filter((file) => file !== 'golden')).to.have.members(expected)
  })
})

describe('publishing contracts', () => {
  let directory: string

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'orderstream-test-'))
  })
  afterEach(() => rm(directory, { recursive: true }))

  const event = (contract: Partial<EventContract>): PublishedEvent => ({
    type: 'ThingMade',
    stream: 'thing-<id>',
    consumers: [],
    contract: {
      version: 1,
      meaning: 'A thing was made.',
      schema: z.strictObject({ id: z.string() }),
      ...contract,
    },
  })
  const publish = async (contract: Partial<EventContract>): Promise<void> => {
    const files = contractFiles([event(contract)])
    await refuseChanges(files, directory)
    for (const [file, text] of files) {
      await mkdir(dirname(join(directory, file)), { recursive: true })
      await writeFile(join(directory, file), text)
    }
  }

  it('refuses another shape under the same version, and says what has changed', async () => {
    await publish({})
    const changed = z.strictObject({ id: z.string(), size: z.int() })
    const error: unknown = await publish({ schema: changed }).catch((failure: unknown) => failure)
    if (!(error instanceof ChangedContractError)) throw new Error('It was published')
    expect(error.file).to.equal('v1/ThingMade.v1.json')
    expect(error.message).to.contain('required at /properties/size: size was added and is required')
  })

  it('takes the same change as a new version, and other words at any time', async () => {
    await publish({})
    await publish({ meaning: 'Somebody has made a thing.' })
    const schema = z.strictObject({ id: z.string(), size: z.int() })
    await publish({ version: 2, schema })
    expect(await readdir(join(directory, 'v1'))).to.include.members([
      'ThingMade.v1.json',
      'ThingMade.v2.json',
    ])
  })

  it('refuses to make a field personal under the same version: it is stored otherwise then', async () => {
    const schema = z.strictObject({ id: z.string(), name: z.string().nullable() })
    await publish({ schema })
    const failure: unknown = await publish({ schema, personal: { subject: 'id', fields: ['name'] } }).catch(
      (error: unknown) => error,
    )
    expect(failure).to.be.instanceOf(ChangedContractError)
  })

  for (const [what, field] of [
    ['can not be erased', 'id'],
    ['is not there', 'nickname'],
    ['is not there, deep within', 'id.first'],
  ] as const) {
    it(`refuses a personal field that ${what}`, () => {
      const { contract } = event({ personal: { subject: 'id', fields: [field] } })
      expect(() => eventSchema('ThingMade', contract)).to.throw(UnpublishableContractError)
    })
  }

  it('shows in which forms a personal field is stored', () => {
    const encrypted = { $ref: 'encrypted-value.v1.json' }
    const schema = z.strictObject({
      id: z.string(),
      contact: z.strictObject({ phone: z.string().nullable(), mail: z.email().nullable() }),
    })
    const { contract } = event({ schema, personal: { subject: 'id', fields: ['contact.phone'] } })
    expect(eventSchema('ThingMade', contract)).to.containSubset({
      'x-personal': { subject: 'id', fields: ['contact.phone'] },
      properties: {
        contact: { properties: { phone: { anyOf: [{ type: ['string', 'null'] }, encrypted] } } },
      },
    })
  })
})
