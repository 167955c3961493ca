import type { OpenAPIV3_1 } from 'openapi-types'

const PREFIX = '#/components/schemas/'

/**
 * The provider publishes each shared schema twice, as requests have it (`XInput`) and as answers have it (`X`), and publishes
 * those that nothing refers to. Where both are alike one is enough, and what is not referred to is left out.
 */
export const withTidySchemas = (document: OpenAPIV3_1.Document): OpenAPIV3_1.Document => {
  const schemas = document.components?.schemas ?? {}
  const renamed = new Map<string, string>()
  for (const name of Object.keys(schemas)) {
    const twin = `${name}Input`
    if (twin in schemas && withoutTwins(schemas[twin]) === withoutTwins(schemas[name]))
      renamed.set(twin, name)
  }
  const merged = rewriteReferences(document, renamed)
  const mergedSchemas = merged.components?.schemas ?? {}
  const used = reachable(merged, mergedSchemas)
  const kept = Object.entries(mergedSchemas).filter(([name]) => used.has(name))
  kept.sort(([a], [b]) => (a < b ? -1 : 1))
  return { ...merged, components: { ...merged.components, schemas: Object.fromEntries(kept) } }
}

const withoutTwins = (schema: unknown): string =>
  JSON.stringify(schema).replaceAll(/"#\/components\/schemas\/(\w+?)Input"/g, `"${PREFIX}$1"`)

const rewriteReferences = (
  document: OpenAPIV3_1.Document,
  renamed: ReadonlyMap<string, string>,
): OpenAPIV3_1.Document =>
  JSON.parse(JSON.stringify(document), (key, value: unknown) => {
    if (key !== '$ref' || typeof value !== 'string' || !value.startsWith(PREFIX)) return value
    const name = value.slice(PREFIX.length)
    return `${PREFIX}${renamed.get(name) ?? name}`
  }) as OpenAPIV3_1.Document

/** Names of the schemas that the paths refer to, directly or through others. */
const reachable = (
  { paths, components }: OpenAPIV3_1.Document,
  schemas: Readonly<Record<string, unknown>>,
): Set<string> => {
  const found = new Set<string>()
  const open = referencesIn([paths, { ...components, schemas: {} }])
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (found.has(name)) continue
    found.add(name)
    open.push(...referencesIn(schemas[name]))
  }
  return found
}

const referencesIn = (part: unknown): string[] =>
  [...JSON.stringify(part ?? null).matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g)].flatMap(
    ([, name]) => name ?? [],
  )
