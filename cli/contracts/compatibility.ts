import { isJsonObject, type Json, type JsonObject } from './json-schema.ts'

/**
 * How a published schema was changed. With each of them some document is in one of the two and not in the other:
 *
 * - `removed`, `required`, `narrowed`, `stricter`: events of this version that are stored already can no longer be read;
 * - `added`, `widened`, `looser`: who has built on the published schema is sent events that it does not allow;
 * - `changed`: either, or both.
 */
export type ChangeKind =
  'removed' | 'required' | 'narrowed' | 'stricter' | 'added' | 'widened' | 'looser' | 'changed'

export interface Change {
  readonly kind: ChangeKind
  /** JSON Pointer in the schema. */
  readonly at: string
  readonly detail: string
}

/** Words for people: they may be changed at any time. */
const ANNOTATIONS = new Set(['$schema', '$id', '$comment', 'title', 'description', 'examples', 'deprecated'])

/**
 * What was changed from one schema to another, words apart. The shape of a version never changes: where there is any change, the
 * event needs a new version. Understands what zod generates; what it does not understand it calls `changed`.
 */
export const changesBetween = (before: Json | undefined, after: Json | undefined, at = ''): Change[] => {
  if (sameJson(before, after)) return []
  if (!isJsonObject(before) || !isJsonObject(after)) {
    return [{ kind: 'changed', at, detail: `${show(before)} became ${show(after)}` }]
  }
  const keywords = new Set([...Object.keys(before), ...Object.keys(after)])
  return [...keywords]
    .filter((keyword) => !ANNOTATIONS.has(keyword))
    .flatMap((keyword) => changesOf(keyword, before, after, `${at}/${keyword}`))
}

const changesOf = (keyword: string, before: JsonObject, after: JsonObject, at: string): Change[] => {
  const [old, current] = [before[keyword], after[keyword]]
  switch (keyword) {
    case 'properties':
      return propertyChanges(before, after, at)
    case 'required':
      // a property that came or went is told with the properties
      return requirementChanges(before, after, at)
    case 'additionalProperties':
      return sameJson(old, current) ? [] : [strictnessChange(old, current, at)]
    case 'items':
      return changesBetween(old, current, at)
    case 'enum':
    case 'anyOf':
    case 'oneOf':
      return choiceChanges(listOf(old), listOf(current), at)
    case 'minimum':
    case 'exclusiveMinimum':
    case 'minLength':
    case 'minItems':
      return boundChange(old, current, at, (from, to) => to > from)
    case 'maximum':
    case 'exclusiveMaximum':
    case 'maxLength':
    case 'maxItems':
      return boundChange(old, current, at, (from, to) => to < from)
    default:
      return keywordChange(old, current, at)
  }
}

const propertyChanges = (before: JsonObject, after: JsonObject, at: string): Change[] => {
  const [old, current] = [objectOf(before['properties']), objectOf(after['properties'])]
  const names = new Set([...Object.keys(old), ...Object.keys(current)])
  return [...names].flatMap((name): Change[] => {
    const here = `${at}/${name}`
    if (current[name] === undefined) return [{ kind: 'removed', at: here, detail: `${name} was removed` }]
    if (old[name] !== undefined) return changesBetween(old[name], current[name], here)
    return requiredIn(after).has(name)
      ? [{ kind: 'required', at: here, detail: `${name} was added and is required` }]
      : [{ kind: 'added', at: here, detail: `${name} was added` }]
  })
}

const requirementChanges = (before: JsonObject, after: JsonObject, at: string): Change[] => {
  const [old, current] = [requiredIn(before), requiredIn(after)]
  const isIn = (schema: JsonObject, name: string): boolean => name in objectOf(schema['properties'])
  const inBoth = [...new Set([...old, ...current])].filter((name) => isIn(before, name) && isIn(after, name))
  return inBoth.flatMap((name): Change[] => {
    if (old.has(name) === current.has(name)) return []
    return current.has(name)
      ? [{ kind: 'narrowed', at, detail: `${name} became required` }]
      : [{ kind: 'widened', at, detail: `${name} became optional` }]
  })
}

const strictnessChange = (old: Json | undefined, current: Json | undefined, at: string): Change => {
  if (current === false) return { kind: 'stricter', at, detail: 'other fields are no longer allowed' }
  if (old === false) return { kind: 'looser', at, detail: 'other fields became allowed' }
  return { kind: 'changed', at, detail: `${show(old)} became ${show(current)}` }
}

const choiceChanges = (old: readonly Json[], current: readonly Json[], at: string): Change[] => {
  const gone = old.filter((choice) => !current.some((other) => hasSameShape(choice, other)))
  const come = current.filter((choice) => !old.some((other) => hasSameShape(choice, other)))
  const [was] = gone
  const [is] = come
  // one choice that was changed says more as itself than as one that went and one that came
  if (gone.length === 1 && come.length === 1 && isJsonObject(was) && isJsonObject(is)) {
    return changesBetween(was, is, `${at}/${old.indexOf(was)}`)
  }
  return [
    ...gone.map((choice): Change => ({ kind: 'narrowed', at, detail: `${show(choice)} went` })),
    ...come.map((choice): Change => ({ kind: 'widened', at, detail: `${show(choice)} came` })),
  ]
}

const boundChange = (
  old: Json | undefined,
  current: Json | undefined,
  at: string,
  isNarrower: (from: number, to: number) => boolean,
): Change[] => {
  if (typeof old !== 'number' || typeof current !== 'number') return keywordChange(old, current, at)
  if (old === current) return []
  const kind = isNarrower(old, current) ? 'narrowed' : 'widened'
  return [{ kind, at, detail: `${old} became ${current}` }]
}

/** A keyword that came rules something out, one that went lets something in. */
const keywordChange = (old: Json | undefined, current: Json | undefined, at: string): Change[] => {
  if (sameJson(old, current)) return []
  if (old === undefined) return [{ kind: 'narrowed', at, detail: `${show(current)} came` }]
  if (current === undefined) return [{ kind: 'widened', at, detail: `${show(old)} went` }]
  return [{ kind: 'changed', at, detail: `${show(old)} became ${show(current)}` }]
}

const objectOf = (value: Json | undefined): JsonObject => (isJsonObject(value) ? value : {})

const listOf = (value: Json | undefined): readonly Json[] =>
  Array.isArray(value) ? (value as readonly Json[]) : []

const requiredIn = (schema: JsonObject): ReadonlySet<string> =>
  new Set(listOf(schema['required']).filter((name) => typeof name === 'string'))

const hasSameShape = (one: Json, other: Json): boolean =>
  isJsonObject(one) && isJsonObject(other) ? changesBetween(one, other).length === 0 : sameJson(one, other)

const sameJson = (one: Json | undefined, other: Json | undefined): boolean =>
  canonical(one) === canonical(other)

/** Text that is the same for values that differ only in the order of their keys. */
const canonical = (value: Json | undefined): string | undefined =>
  JSON.stringify(value, (_, member: Json) =>
    isJsonObject(member)
      ? Object.fromEntries(Object.entries(member).sort(([one], [other]) => (one < other ? -1 : 1)))
      : member,
  )

const show = (value: Json | undefined): string => {
  const text = canonical(value) ?? 'nothing'
  return text.length > 80 ? `${text.slice(0, 77)}…` : text
}
