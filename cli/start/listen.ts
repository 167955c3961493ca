import type { FastifyInstance } from 'fastify'
import type { Config } from '../../platform/config.ts'
import { StartError, systemCode } from './start-error.ts'
import type { Part } from './system.ts'

export interface Listening extends Part {
  /** For example `http://127.0.0.1:3000`. */
  readonly url: string
}

/**
 * Lets the API take requests. Stopping it, it takes no new ones and finishes those that it has.
 * @throws StartError where the address is not to be had
 */
export const listen = async (api: FastifyInstance, { host, port }: Config['api']): Promise<Listening> => {
  try {
    const url = await api.listen({ host, port })
    return { url, stop: () => api.close() }
  } catch (error) {
    await api.close()
    throw addressError(error, 'the API', host, port)
  }
}

/** What to do about an address that is not to be had. */
export const addressError = (error: unknown, purpose: string, host: string, port: number): StartError => {
  const sentence = sentenceOf(error, purpose, host, port)
  return new StartError(sentence, { cause: error })
}

const sentenceOf = (error: unknown, purpose: string, host: string, port: number): string => {
  switch (systemCode(error)) {
    case 'EADDRINUSE':
      return `Port ${port}, meant for ${purpose}, is in use: stop what uses it or set PORT.`
    case 'EACCES':
      return `Port ${port}, meant for ${purpose}, may not be used by this user: set PORT to one above 1023.`
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `${host} is not an address of this machine: set HOST.`
    default:
      return `Port ${port} of ${host}, meant for ${purpose}, can't be used: ${String(error)}.`
  }
}
