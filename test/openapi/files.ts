import openapiTypescript, { astToString } from 'openapi-typescript'
import type { OpenAPI3 } from 'openapi-typescript'
import { format, resolveConfig } from 'prettier'
import { apiDocument } from '../../api/document.ts'
import { readVersion } from '../../cli/start/version.ts'

/** Top of the repository. */
export const ROOT = new URL('../../', import.meta.url)
export const DOCUMENT = 'docs/openapi/v1.json'
/** The document that clients were built for. */
export const PUBLISHED = 'docs/openapi/published/v1.json'
const CLIENT_TYPES = 'client/schema.ts'

/** What is made from the API's routes and checked in, by path from the top of the repository. */
export const generatedFiles = async (): Promise<ReadonlyMap<string, string>> => {
  const document = await apiDocument(await readVersion())
  return new Map([
    [DOCUMENT, `${JSON.stringify(document, undefined, 2)}\n`],
    [CLIENT_TYPES, await clientTypes(document)],
  ])
}

const clientTypes = async (document: object): Promise<string> => {
  // what it takes apart it also changes
  const tree = await openapiTypescript(structuredClone(document) as OpenAPI3, { defaultNonNullable: false })
  const text = `// Made by \`npm run openapi\` from the API's own document.\n\n${astToString(tree)}`
  return format(text, { ...(await resolveConfig(new URL('client/schema.ts', ROOT))), parser: 'typescript' })
}
