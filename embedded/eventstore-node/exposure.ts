import { isLoopbackAddress } from './http/port.ts'

/** The node would be open to whoever can reach it. */
export class UnsafeExposureError extends Error {
  override readonly name = 'UnsafeExposureError'

  constructor(host: string, missing: readonly string[]) {
    super(
      `${host} can be reached from other machines, and the node has ${missing.join(' and ')}: ` +
        'whoever gets there could read and change every event. Give a certificate and its key, and ask for passwords; ' +
        'or say that this is what you want (insecure).',
    )
  }
}

export interface Exposure {
  readonly host: string
  readonly hasTls: boolean
  readonly hasAuth: boolean
  /** The operator says that it is safe: a container's own network, say. */
  readonly insecure: boolean
}

/**
 * What a person who starts a node has to hear about who can reach it.
 * @throws UnsafeExposureError where other machines can, and nothing keeps strangers out or passwords secret
 */
export function checkExposure({ host, hasTls, hasAuth, insecure }: Exposure): string[] {
  const isLocal = isLoopbackAddress(host)
  const missing = [...(hasTls ? [] : ['no TLS']), ...(hasAuth ? [] : ['no passwords'])]
  if (!isLocal && missing.length > 0 && !insecure) throw new UnsafeExposureError(host, missing)
  if (!isLocal && missing.length > 0)
    return [
      `Open to other machines on ${host} with ${missing.join(' and ')}: anybody who reaches it is trusted.`,
    ]
  if (hasAuth && !hasTls)
    return [
      'Passwords without TLS: the official client sends none over a plain connection, so it stays a stranger.',
    ]
  return []
}
