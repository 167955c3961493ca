import { mkdir } from 'node:fs/promises'
import { lockDirectory } from '../../embedded/eventstore-node/log/directory-lock.ts'
// not by its front door, which would load the whole node: that runs in a process of its own
import { DataDirectoryInUseError } from '../../embedded/eventstore-node/log/errors.ts'
import { StartError, systemCode } from './start-error.ts'
import type { Part } from './system.ts'

/**
 * The data directory, made where it is missing and held until it is given back. A process that was killed holds nothing.
 *
 * @throws StartError while another instance holds it, or where it can't be made
 */
export const openDataDirectory = async (path: string): Promise<Part> => {
  try {
    // events and accounts are nobody else's business; but where root starts it, Postgres's account has to pass through
    await mkdir(path, { recursive: true, mode: process.getuid?.() === 0 ? 0o711 : 0o700 })
    const release = lockDirectory(path)
    return {
      stop: () => {
        release()
        return Promise.resolve()
      },
    }
  } catch (error) {
    if (error instanceof DataDirectoryInUseError) {
      throw new StartError(
        `The data directory ${path} is in use by another instance (process ${error.pid}): stop it, or set DATA_DIR.`,
        { cause: error },
      )
    }
    throw new StartError(
      `The data directory ${path} can't be used (${systemCode(error) ?? String(error)}): set DATA_DIR.`,
      { cause: error },
    )
  }
}
