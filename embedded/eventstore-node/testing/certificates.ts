import { generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'

/** One element of DER: what it is, how long, what is in it. */
function der(tag: number, ...contents: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(contents)
  const { length } = content
  const size = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff]
  return Buffer.concat([Buffer.from([tag, ...size]), content])
}

const sequence = (...contents: readonly Uint8Array[]): Buffer => der(0x30, ...contents)
const oid = (hex: string): Buffer => der(0x06, Buffer.from(hex, 'hex'))
const ECDSA_WITH_SHA256 = sequence(oid('2a8648ce3d040302'))
const COMMON_NAME = oid('550403')
const BASIC_CONSTRAINTS = oid('551d13')
const SUBJECT_ALT_NAME = oid('551d11')
const TRUE = Buffer.from([0x01, 0x01, 0xff])

const name = (common: string): Buffer =>
  sequence(der(0x31, sequence(COMMON_NAME, der(0x0c, Buffer.from(common)))))

/** `YYYYMMDDHHMMSSZ`. */
const time = (date: Date): Buffer =>
  der(0x18, Buffer.from(`${date.toISOString().replace(/\D/g, '').slice(0, 14)}Z`))

/** Lines of 64 characters; an empty one, after a last line that is full, would be no PEM. */
const pem = (label: string, bytes: Uint8Array): string => {
  const lines =
    Buffer.from(bytes)
      .toString('base64')
      .match(/.{1,64}/g) ?? []
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ''].join('\n')
}

export interface TestCertificateOptions {
  readonly from?: Date
  readonly to?: Date
  readonly common?: string
}

const DAY = 86_400_000

/** A certificate for `localhost` and 127.0.0.1 that vouches for itself, made anew for each test run. */
export function makeCertificate(options: TestCertificateOptions = {}): { cert: string; key: string } {
  const { from = new Date(Date.now() - DAY), to = new Date(Date.now() + DAY), common = 'test node' } = options
  const { publicKey, privateKey }: { publicKey: KeyObject; privateKey: KeyObject } = generateKeyPairSync(
    'ec',
    {
      namedCurve: 'P-256',
    },
  )
  const names = sequence(der(0x82, Buffer.from('localhost')), der(0x87, Buffer.from([127, 0, 0, 1])))
  const extensions = sequence(
    sequence(BASIC_CONSTRAINTS, TRUE, der(0x04, sequence(TRUE))),
    sequence(SUBJECT_ALT_NAME, der(0x04, names)),
  )
  const body = sequence(
    der(0xa0, Buffer.from([0x02, 0x01, 0x02])),
    der(0x02, Buffer.concat([Buffer.from([0x01]), randomBytes(8)])),
    ECDSA_WITH_SHA256,
    name(common),
    sequence(time(from), time(to)),
    name(common),
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, extensions),
  )
  const signature = der(0x03, Buffer.from([0]), sign('sha256', body, privateKey))
  return {
    cert: pem('CERTIFICATE', sequence(body, ECDSA_WITH_SHA256, signature)),
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  }
}

/** The same, in files of a folder. */
export function writeCertificate(
  folder: string,
  options?: TestCertificateOptions,
): { cert: string; key: string } {
  const { cert, key } = makeCertificate(options)
  const files = { cert: path.join(folder, 'node.crt'), key: path.join(folder, 'node.key') }
  fs.writeFileSync(files.cert, cert)
  fs.writeFileSync(files.key, key, { mode: 0o600 })
  return files
}
