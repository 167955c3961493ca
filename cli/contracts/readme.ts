import { commonTypes, fieldsOf, type Field } from './fields.ts'
import { eventSchema, fileOf, isJsonObject, type Json, type JsonObject } from './json-schema.ts'
import { streams, type PublishedEvent } from './published.ts'

/** The index of all events, in Markdown. */
export const readme = (events: readonly PublishedEvent[], common: ReadonlyMap<string, JsonObject>): string =>
  [
    INTRODUCTION,
    '## All events',
    table(
      ['event', 'version', 'stream', 'who takes it up'],
      events.map(({ type, stream, contract, consumers }) => [
        `[${type}](#${type.toLowerCase()})`,
        String(contract.version),
        `\`${stream}\``,
        consumers.join(', ') || '–',
      ]),
    ),
    TYPES,
    ...commonTypes.map(({ name, schema }) => commonType(name, schema)),
    '## Metadata of every event',
    metadata(common),
    ...streams.flatMap(({ aggregate, stream }) => [
      `## ${aggregate}: \`${stream}\``,
      ...events.filter((event) => event.stream === stream).map(section),
    ]),
  ].join('\n\n') + '\n'

const INTRODUCTION = `# Event contracts

<!-- Written by \`npm run contracts\`: change the contracts in domain/*/events.ts instead. -->

The names and stored shapes of events are public: other programs may read them from EventStoreDB. For each version of each event
there is a JSON Schema in [v1](v1), and payloads in [v1/golden](v1/golden) that this program will read for good.

How contracts change:

- **The shape of a version never changes once it is released.** Any change of what its schema allows is a new version: a field
  that was removed, added, made required or optional, a value range that was narrowed or widened, strictness. Narrower, and events
  that are stored already could not be read; wider, and who has built on the published schema would be sent what it does not allow.
  Only words (titles, descriptions) may change. \`npm run contracts\` refuses anything else, and so do the tests.
- **A new version brings an upcaster** that turns the data of the version before into it; events are never rewritten. Whoever reads
  through the event store's door sees the current version only. The schema and the golden payloads of the old version stay.
- A new version is read by programs that know it, so it is released in two steps where instances run side by side: first to all
  that read, then to those that write.
- A golden payload has the \`data\` of an event as it was stored and, where that is not the same, what this program reads in it
  (\`readAs\`), with a made-up \`key\` where it is encrypted. A new event or version brings one; none is ever changed but in \`readAs\`.
- An event type is never renamed and never used for something else.
- **Personal data** (marked below) is stored encrypted with a key of the customer, as
  [encrypted-value](v1/encrypted-value.v1.json) describes. Erasing the customer destroys the key: the field then counts as null,
  which every personal field therefore allows.`

const TYPES = `## Types

All fields are required unless they are marked as optional, and no others are allowed.`

const commonType = (name: string, schema: JsonObject): string => {
  const others = commonTypes.filter((candidate) => candidate.name !== name)
  const fields = fieldsOf(schema, others)
  const { description, pattern, minimum, maximum } = schema
  const words = [
    typeof description === 'string' ? description : '',
    typeof minimum === 'number' && typeof maximum === 'number' ? `${minimum} to ${maximum}` : '',
    typeof pattern === 'string' ? `\`${pattern}\`` : '',
  ].filter((text) => text !== '')
  const heading = `**${name}**${words.length > 0 ? `: ${words.join('; ')}` : ''}`
  return fields.length === 0 ? heading : `${heading}\n\n${fieldTable(fields)}`
}

const metadata = (common: ReadonlyMap<string, JsonObject>): string =>
  `${fieldTable(fieldsOf(common.get('metadata.v1.json') ?? {}))}\n\nSchema: [metadata](v1/metadata.v1.json). There may be more fields.`

const section = ({ type, contract, consumers }: PublishedEvent): string => {
  const schema = eventSchema(type, contract)
  const versions = Array.from({ length: contract.version }, (_, index) => contract.version - index)
  const { personal } = contract
  const facts = [
    `Version ${contract.version}. Schema: ${versions.map((version) => `[v${version}](v1/${fileOf(type, version)})`).join(', ')}.`,
    consumers.length > 0
      ? `Taken up by: ${consumers.join(', ')}.`
      : 'Nothing takes it up but the aggregate itself.',
    personal
      ? `**Personal data** of the customer in \`${personal.subject}\`: ${personal.fields.map((field) => `\`${field}\``).join(', ')}.`
      : '',
  ].filter((fact) => fact !== '')
  return [`### ${type}`, contract.meaning, facts.join('  \n'), ...variants(schema)].join('\n\n')
}

/** A table for each of the shapes that the data may have. */
const variants = (schema: JsonObject): string[] => {
  const { oneOf } = schema
  if (!Array.isArray(oneOf)) return [fieldTable(fieldsOf(schema))]
  const shapes = (oneOf as readonly Json[]).filter(isJsonObject)
  return shapes.flatMap((shape, index) => [index === 0 ? 'Either' : 'or', fieldTable(fieldsOf(shape))])
}

const fieldTable = (fields: readonly Field[]): string =>
  table(
    ['field', 'type', 'meaning'],
    fields.map(({ path, type, isRequired, description }) => [
      `\`${path}\``,
      type,
      [isRequired ? '' : 'optional', description].filter((text) => text !== '').join('; '),
    ]),
  )

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows]
    .map((cells) => `| ${cells.map((cell) => cell.replaceAll('|', String.raw`\|`)).join(' | ')} |`)
    .join('\n')
