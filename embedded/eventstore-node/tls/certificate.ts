import { createPrivateKey, X509Certificate, type KeyObject } from 'node:crypto'
import fs from 'node:fs'
import { createSecureContext } from 'node:tls'

/** Where certificate and key lie, both as PEM. */
export interface CertificateFiles {
  /** The certificate, and behind it those of who signed it, up to but without the root. */
  readonly cert: string
  readonly key: string
}

/** A certificate and its key as they are to be served. */
export interface Certificate {
  readonly cert: string
  readonly key: string
  readonly validTo: Date
}

/** A certificate or key can't be used; the message says which file, what is wrong with it and what to do. */
export class CertificateError extends Error {
  override readonly name = 'CertificateError'
}

function read(file: string, what: string): string {
  try {
    return fs.readFileSync(file, 'utf8')
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    const why =
      code === 'ENOENT'
        ? 'there is no such file'
        : code === 'EACCES'
          ? 'no permission to read it'
          : String(error)
    throw new CertificateError(`The ${what} ${file} can't be read: ${why}.`, { cause: error })
  }
}

function parseCertificate(pem: string, file: string): X509Certificate {
  try {
    return new X509Certificate(pem)
  } catch (error) {
    throw new CertificateError(`The certificate ${file} is none in PEM (-----BEGIN CERTIFICATE-----).`, {
      cause: error,
    })
  }
}

function parseKey(pem: string, file: string): KeyObject {
  if (/ENCRYPTED/.test(pem))
    throw new CertificateError(
      `The key ${file} is encrypted: give one without a passphrase, readable by this user only.`,
    )
  try {
    return createPrivateKey(pem)
  } catch (error) {
    throw new CertificateError(`The key ${file} is no private key in PEM (-----BEGIN PRIVATE KEY-----).`, {
      cause: error,
    })
  }
}

function checkDates(certificate: X509Certificate, file: string, now: Date): Date {
  const from = new Date(certificate.validFrom)
  const to = new Date(certificate.validTo)
  if (now < from)
    throw new CertificateError(`The certificate ${file} is not valid before ${from.toISOString()}.`)
  if (now > to)
    throw new CertificateError(`The certificate ${file} expired at ${to.toISOString()}: renew it.`)
  return to
}

/**
 * Reads a certificate and its key, and checks that clients can be served with them.
 * @throws CertificateError
 */
export function loadCertificate(files: CertificateFiles, now = new Date()): Certificate {
  const cert = read(files.cert, 'certificate')
  const key = read(files.key, 'key')
  const certificate = parseCertificate(cert, files.cert)
  const privateKey = parseKey(key, files.key)
  const validTo = checkDates(certificate, files.cert, now)
  if (!certificate.checkPrivateKey(privateKey))
    throw new CertificateError(
      `The key ${files.key} does not belong to the certificate ${files.cert}: give the key that it was made with.`,
    )
  try {
    createSecureContext({ cert, key })
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw new CertificateError(`TLS can't be served with ${files.cert} and ${files.key}: ${why}.`, {
      cause: error,
    })
  }
  return { cert, key, validTo }
}
