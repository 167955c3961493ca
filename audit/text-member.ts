/** The text that an object, of which nothing is known, has under `name`; undefined where it has none. */
export const textMember = (value: unknown, name: string): string | undefined => {
  const member: unknown = typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined
  return typeof member === 'string' ? member : undefined
}
