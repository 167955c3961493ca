/** Type of an event that stands for another one. */
export const LINK_TYPE = '$>'

/**
 * What the data of a link says: `<revision>@<stream>`. Undefined where it begins with no number, which makes it an event
 * like any other; a number alone leads nowhere.
 */
export function parseLink(data: Uint8Array): { stream: string; revision: number } | undefined {
  const text = Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('utf8')
  const [digits = '', ...rest] = text.split('@')
  if (!/^\s*\+?\d+\s*$/.test(digits)) return undefined
  return { stream: rest.join('@'), revision: Number(digits) }
}
