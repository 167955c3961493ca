import { ContractViolationError, StoreUnavailableError } from '../errors.ts'
import type { EventRegistry } from '../registry.ts'
import type { DataKeyState, PersonalDataKeys } from './keys.ts'
import { isReadable, isSealed, openValue, sealValue, type Place, type SealedValue } from './sealed-value.ts'

interface UnsealedEvent {
  readonly id: string
  readonly type: string
  readonly data: unknown
}

interface RecordedData {
  readonly id: string
  readonly type: string
  readonly streamId: string
  readonly data: unknown
}

/** An event's data in clear; personal fields whose key was destroyed are null. @throws ContractViolationError */
export type OpenedData = (event: RecordedData) => unknown

/** Encrypts what contracts call personal when events are written, and decrypts it when they are read. */
export interface PersonalDataSeal {
  /**
   * The data of each event as it is to be stored. Personal data of a customer who was erased is stored as null.
   * @throws StoreUnavailableError where keys can't be fetched
   */
  seal(stream: string, events: readonly UnsealedEvent[]): Promise<readonly unknown[]>
  /**
   * Fetches the keys that `events` need, all at once.
   * @throws StoreUnavailableError where keys can't be fetched
   */
  opener(events: readonly RecordedData[]): Promise<OpenedData>
}

/** @param keys undefined where nothing is encrypted; events that are can't be read then */
export const createSeal = (
  registry: EventRegistry,
  keys: PersonalDataKeys | undefined,
): PersonalDataSeal => ({
  seal: async (stream, events) => {
    if (keys === undefined || !events.some(({ type }) => registry.personalOf(type) !== undefined)) {
      return events.map(({ data }) => data)
    }
    const subjects = events.flatMap((event) => subjectOf(registry, event) ?? [])
    const states = await keys.forCustomers([...new Set(subjects)])
    return events.map((event) => {
      const subject = subjectOf(registry, event)
      if (subject === undefined) return event.data
      const state = states.get(subject)
      if (state === undefined) {
        throw new StoreUnavailableError('keys of personal data', new Error(`there is none for ${subject}`))
      }
      const place = { type: event.type, stream, eventId: event.id }
      return (registry.personalOf(event.type)?.fields ?? []).reduce(
        (data, field) =>
          replaceAt(data, field.split('.'), (value) =>
            state === 'erased' ? null : sealValue(value, state, { ...place, field }),
          ),
        event.data,
      )
    })
  },

  opener: async (events) => {
    const personal = events.filter(({ type }) => registry.personalOf(type) !== undefined)
    const keyIds = new Set(personal.flatMap(({ data }) => keyIdsIn(data)))
    const states = keyIds.size === 0 ? undefined : await keys?.byId([...keyIds])
    return ({ type, streamId, id, data }) =>
      registry.personalOf(type) === undefined
        ? data
        : opened(data, [], { type, stream: streamId, eventId: id }, states)
  },
})

/** Whose personal data an event holds; undefined where its contract names none. */
const subjectOf = (registry: EventRegistry, { type, data }: UnsealedEvent): string | undefined => {
  const personal = registry.personalOf(type)
  if (personal === undefined) return undefined
  const subject = personal.subject.split('.').reduce<unknown>(memberOf, data)
  if (typeof subject === 'string') return subject
  throw new ContractViolationError(type, `${personal.subject} does not name the customer`)
}

const memberOf = (value: unknown, key: string): unknown =>
  isObject(value) && Object.hasOwn(value, key) ? Reflect.get(value, key) : undefined

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null

/** A copy with `replace` applied to the value at `path`; what is not there, or is null, stays so. */
const replaceAt = (data: unknown, path: readonly string[], replace: (value: unknown) => unknown): unknown => {
  const [key, ...rest] = path
  if (key === undefined) return replace(data)
  const value = memberOf(data, key)
  if (value === undefined || value === null || !isObject(data)) return data
  return { ...data, [key]: replaceAt(value, rest, replace) }
}

const keyIdsIn = (value: unknown): string[] => {
  if (!isObject(value)) return []
  if (isSealed(value)) return isReadable(value) ? [value.$encrypted.key] : []
  return Object.values(value).flatMap(keyIdsIn)
}

/** A copy without sealed values: an older version of the event may have had them at other places than this one. */
const opened = (
  value: unknown,
  path: readonly string[],
  event: Omit<Place, 'field'>,
  states: ReadonlyMap<string, DataKeyState> | undefined,
): unknown => {
  if (!isObject(value)) return value
  if (Array.isArray(value)) {
    return value.map((item, index) => opened(item, [...path, String(index)], event, states))
  }
  if (!isSealed(value)) {
    return Object.fromEntries(
      Object.entries(value).map(([key, member]) => [key, opened(member, [...path, key], event, states)]),
    )
  }
  const place = { ...event, field: path.join('.') }
  if (!isReadable(value)) {
    throw new ContractViolationError(event.type, `${place.field} is encrypted in a way that is not known`)
  }
  return openOne(value, place, states)
}

const openOne = (
  value: SealedValue,
  place: Place,
  states: ReadonlyMap<string, DataKeyState> | undefined,
): unknown => {
  const { type, field } = place
  if (states === undefined) {
    throw new ContractViolationError(type, `${field} is encrypted, and no keys are configured`)
  }
  const state = states.get(value.$encrypted.key)
  if (state === 'erased') return null
  if (state === undefined) {
    throw new ContractViolationError(
      type,
      `${field} is encrypted with the key ${value.$encrypted.key}, which is not known, or damaged`,
    )
  }
  try {
    return openValue(value, state, place)
  } catch (cause) {
    throw new ContractViolationError(type, `${field} can't be decrypted: it was changed or moved`, cause)
  }
}
