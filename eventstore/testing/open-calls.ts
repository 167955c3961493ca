import { pino } from 'pino'
import { openConnection } from '../connection.ts'

/** How many calls are open on the connection that the doors of this process to `url` share. */
export const openCalls = async (url: string): Promise<number> => {
  const connection = openConnection(url, pino({ level: 'silent' }))
  try {
    const streams: unknown = Reflect.get(await connection.client(), 'disposableStreams')
    if (!(streams instanceof Set)) throw new Error('The client keeps its open calls somewhere else')
    return streams.size
  } finally {
    await connection.close()
  }
}
