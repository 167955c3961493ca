/**
 * Which streams go from one event store to another: those of users, and their metadata. Streams of the server (`$…`) stay,
 * because the other server has its own: accounts, statistics, links of projections, which are made anew there. The groups
 * of persistent subscriptions go by the client's calls.
 */
export function isMoved(stream: string): boolean {
  if (stream.startsWith('$$')) return !stream.startsWith('$$$')
  return !stream.startsWith('$')
}
