import type { Pool, PoolClient } from 'pg'

/**
 * Runs `work` in one transaction on a connection of its own: committed when it returns, rolled back when it throws.
 * @param begin other words to begin with, for example with settings for this transaction
 */
export const inTransaction = async <Result>(
  pool: Pool,
  work: (client: PoolClient) => Promise<Result>,
  begin = 'BEGIN',
): Promise<Result> => {
  const client = await pool.connect()
  let broken: Error | undefined
  // a connection that breaks between two statements says so by an event, which without a listener ends the process
  const onError = (error: Error): void => {
    broken = error
  }
  client.on('error', onError)
  try {
    await client.query(begin)
    const result = await work(client)
    await client.query('COMMIT')
    return result
  } catch (error) {
    await client.query('ROLLBACK').catch((cause: unknown) => {
      broken = cause instanceof Error ? cause : new Error('ROLLBACK failed', { cause })
    })
    throw error
  } finally {
    client.off('error', onError)
    // a connection that could not even roll back is not given to anybody else
    client.release(broken)
  }
}
