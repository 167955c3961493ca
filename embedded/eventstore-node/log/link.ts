/** Type of an event that stands for another one. */
export const LINK_TYPE = '$>'

/** `<revision>@<stream>`, what the data of a link says; undefined where it says something else. */
export function parseLink(data: Uint8Array): { stream: string; revision: number } | undefined {
  const text = Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('utf8')
  const at = text.indexOf('@')
  const digits = text.slice(0, at)
  if (at <= 0 || !/^\d+$/.test(digits)) return undefined
  return { stream: text.slice(at + 1), revision: Number(digits) }
}
