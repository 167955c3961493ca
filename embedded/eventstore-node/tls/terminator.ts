import type net from 'node:net'
import tls from 'node:tls'
import type { Certificate } from './certificate.ts'

/** Takes the encryption off connections. */
export interface TlsTerminator {
  /** Hands the connection on once keys are agreed on; one where that fails is closed. */
  accept(socket: net.Socket): void
  /** Serves new connections with another certificate. */
  use(certificate: Certificate): void
}

const HANDSHAKE_TIME = 10_000

/** @param secured what becomes of a connection; `alpnProtocol` says whether it speaks HTTP/2 */
export function createTlsTerminator(
  { cert, key }: Certificate,
  secured: (socket: tls.TLSSocket) => void,
): TlsTerminator {
  const server = tls.createServer(
    {
      cert,
      key,
      minVersion: 'TLSv1.2',
      ALPNProtocols: ['h2', 'http/1.1'],
      handshakeTimeout: HANDSHAKE_TIME,
    },
    secured,
  )
  // a stranger that does not trust the certificate, speaks too old a TLS or gives up: nothing for a person to do
  server.on('tlsClientError', (_error, socket) => {
    socket.destroy()
  })
  return {
    accept(socket) {
      server.emit('connection', socket)
    },
    use(next) {
      server.setSecureContext({ cert: next.cert, key: next.key, minVersion: 'TLSv1.2' })
    },
  }
}
