import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Config } from '../../platform/config.ts'
import {
  generatePrivateKey,
  signingKeysOf,
  UnusableSigningKeyError,
} from '../../supporting/accounts/signing-keys.ts'
import type { SigningKeys } from '../../supporting/accounts/signing-keys.ts'
import { keepFile } from './kept-file.ts'
import { StartError, systemCode } from './start-error.ts'

/**
 * The key that signs access tokens, and those whose tokens are still good: what is configured, or on the embedded default one
 * that is made at the first start and kept in the data directory, for its owner's eyes only.
 *
 * @throws StartError where a file can't be read or holds no such key
 */
export const loadSigningKeys = async ({ signingKey, dataDir }: Config): Promise<SigningKeys> => {
  switch (signingKey.kind) {
    case 'given':
      return signingKeysOf(signingKey.pem)
    case 'file':
      return fromFile(signingKey.path, 'JWT_PRIVATE_KEY_FILE')
    case 'generated':
      return fromDataDirectory(join(dataDir, 'jwt-private-key.pem'))
  }
}

const fromFile = async (path: string, variable: string): Promise<SigningKeys> => {
  try {
    return signingKeysOf(await readFile(path, 'utf8'))
  } catch (error) {
    const reason =
      error instanceof UnusableSigningKeyError ? error.message : (systemCode(error) ?? String(error))
    throw new StartError(`${variable} is ${path}, which can't be used: ${reason}.`, { cause: error })
  }
}

const fromDataDirectory = async (path: string): Promise<SigningKeys> => {
  try {
    return signingKeysOf(await readFile(path, 'utf8'))
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return keep(path, await generatePrivateKey())
    throw new StartError(
      `The signing key ${path} can't be used: restore it, or remove it to get a new one.`,
      {
        cause: error,
      },
    )
  }
}

const keep = async (path: string, pem: string): Promise<SigningKeys> => {
  await keepFile(path, pem)
  return signingKeysOf(pem)
}
