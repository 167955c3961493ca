import openapiTypescript, { astToString } from 'openapi-typescript'
import type { OpenAPI3 } from 'openapi-typescript'
import { format, resolveConfig } from 'prettier'
import { readFile } from 'node:fs/promises'
import { apiDocument } from '../../api/document.ts'
import { PROBLEM_KINDS, PROBLEMS, problemType } from '../../api/problems.ts'
import { readVersion } from '../../cli/start/version.ts'
import { ROLES, SCOPES, SCOPES_OF_ROLE } from '../../supporting/accounts/roles.ts'

/** Top of the repository. */
export const ROOT = new URL('../../', import.meta.url)
export const DOCUMENT = 'docs/openapi/v1.json'
/** The document that clients were built for. */
export const PUBLISHED = 'docs/openapi/published/v1.json'
const CLIENT_TYPES = 'client/schema.ts'
const GUIDE = 'docs/api.md'
/** Below it the guide is made from the code. */
const GENERATED = '<!-- made by `npm run openapi` -->'

/** What is made from the API's routes and checked in, by path from the top of the repository. */
export const generatedFiles = async (): Promise<ReadonlyMap<string, string>> => {
  const document = await apiDocument(await readVersion())
  return new Map([
    [DOCUMENT, `${JSON.stringify(document, undefined, 2)}\n`],
    [CLIENT_TYPES, await clientTypes(document)],
    [GUIDE, await guide()],
  ])
}

const clientTypes = async (document: object): Promise<string> => {
  // what it takes apart it also changes
  const tree = await openapiTypescript(structuredClone(document) as OpenAPI3, { defaultNonNullable: false })
  const text = `// Made by \`npm run openapi\` from the API's own document.\n\n${astToString(tree)}`
  return format(text, { ...(await resolveConfig(new URL('client/schema.ts', ROOT))), parser: 'typescript' })
}

const table = (rows: readonly (readonly string[])[]): string =>
  rows.map((row) => `| ${row.join(' | ')} |`).join('\n')

/** The guide with its tables: who may do what, and every kind of problem. */
const guide = async (): Promise<string> => {
  const text = await readFile(new URL(GUIDE, ROOT), 'utf8')
  const scopes = SCOPES.map((scope) => [
    `\`${scope}\``,
    ...ROLES.map((role) => (SCOPES_OF_ROLE[role].includes(scope) ? 'yes' : '')),
  ])
  const problems = PROBLEM_KINDS.map((kind) => [
    `\`${problemType(kind)}\``,
    String(PROBLEMS[kind].status),
    PROBLEMS[kind].title,
  ])
  const generated = [
    '## Roles and scopes',
    table([['scope', ...ROLES], ['---', ...ROLES.map(() => '---')], ...scopes]),
    '## Problems',
    table([['type', 'status', 'meaning'], ['---', '---', '---'], ...problems]),
  ].join('\n\n')
  const [head = ''] = text.split(GENERATED, 1)
  return format(`${head}${GENERATED}\n\n${generated}\n`, {
    ...(await resolveConfig(new URL(GUIDE, ROOT))),
    parser: 'markdown',
  })
}
