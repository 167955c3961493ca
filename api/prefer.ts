/**
 * Seconds that the caller prefers to wait for the outcome (RFC 7240, section 4.3), at most `limit`; undefined where it does
 * not want to.
 */
export const preferredWait = (
  prefer: string | readonly string[] | undefined,
  limit: number,
): number | undefined => {
  const preferences = [prefer ?? []].flat().join(',').split(',')
  for (const preference of preferences) {
    const wait = /^\s*wait\s*=\s*"?(\d{1,9})"?\s*(;|$)/i.exec(preference)?.[1]
    if (wait !== undefined) return Math.min(Number(wait), limit)
  }
  return undefined
}
