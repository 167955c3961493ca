import type { Pool, PoolClient } from 'pg'

/**
 * Lends `work` a connection of its own for as long as it takes. Where the connection is lost, whatever `work` asks of it next
 * fails. It is never given back to the pool: what it has said or listens to ends with it.
 */
export const withSession = async <Result>(
  pool: Pool,
  work: (session: PoolClient) => Promise<Result>,
): Promise<Result> => {
  const session = await pool.connect()
  const ignore = (): void => {
    // the next query tells
  }
  session.on('error', ignore)
  try {
    return await work(session)
  } finally {
    session.release(true)
  }
}
