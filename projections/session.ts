import type { Pool, PoolClient } from 'pg'

/**
 * Lends `work` a connection of its own for as long as it takes. Where the connection is lost, `lost` is aborted, and whatever
 * `work` asks of it next fails. It is never given back to the pool: what it listens to ends with it.
 */
export const withSession = async <Result>(
  pool: Pool,
  work: (session: PoolClient, lost: AbortSignal) => Promise<Result>,
): Promise<Result> => {
  const session = await pool.connect()
  const lost = new AbortController()
  const onLost = (): void => {
    lost.abort()
  }
  session.on('error', onLost)
  session.on('end', onLost)
  try {
    return await work(session, lost.signal)
  } finally {
    session.release(true)
  }
}
