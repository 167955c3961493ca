import http, { type RequestListener } from 'node:http'
import net, { type AddressInfo } from 'node:net'
import type { TLSSocket } from 'node:tls'
import type { Certificate } from '../tls/certificate.ts'
import { createTlsTerminator } from '../tls/terminator.ts'

/** Takes over a connection that speaks HTTP/2. */
export interface Http2Sink {
  injectConnection(socket: net.Socket): void
}

export interface PortOptions {
  readonly host: string
  readonly port: number
  readonly http2: Http2Sink
  readonly http1: RequestListener
  /** Undefined: without encryption. */
  readonly certificate: Certificate | undefined
}

export interface Port {
  readonly port: number
  /** How many are open. */
  readonly connections: number
  /** Refuses new connections; resolves when the open ones are closed, which takes a `destroyAll` where they don't go. */
  close(): Promise<void>
  destroyAll(): void
  /** Serves new connections with another certificate. */
  useCertificate(certificate: Certificate): void
}

const PREFACE_START = Buffer.from('PRI * HTTP/2.0')
/** Bytes after which the preface can't be `POST` or `PUT` any more. */
const TELLING = 3
/** How a client of TLS begins: a record of the kind "handshake". */
const TLS_HANDSHAKE = 0x16
/** Fatal alert "protocol version": what a client of TLS understands. */
const TLS_NOT_HERE = Buffer.from([0x15, 0x03, 0x01, 0x00, 0x02, 0x02, 0x46])
const HTTPS_ONLY =
  'HTTP/1.1 400 Bad Request\r\ncontent-type: text/plain; charset=utf-8\r\nconnection: close\r\n\r\n' +
  'This port speaks TLS: use https:// (or tls=true in a connection string).\n'

/** Milliseconds in which a connection has to say its first word. */
const PATIENCE = 10_000
/** Milliseconds for the whole of a request over HTTP/1.1. */
const LONGEST_REQUEST = 60_000
/** Milliseconds after which it is asked whether the other side is still there. */
const STILL_THERE = 30_000
/** Beyond this nobody is let in: each costs a file descriptor. */
const MOST_CONNECTIONS = 10_000

/**
 * One port for gRPC (HTTP/2) and plain HTTP/1.1: the first bytes of a connection tell them apart, because a client of
 * HTTP/2 sends its preface at once. With TLS both sides agree on it before.
 */
export async function listen({ host, port, http2, http1, certificate }: PortOptions): Promise<Port> {
  const sockets = new Set<net.Socket>()
  const webServer = http.createServer({ headersTimeout: PATIENCE, requestTimeout: LONGEST_REQUEST }, http1)
  // it gets its connections from here, and watches over how long requests take only once it is told that it listens
  webServer.emit('listening')
  const tls = certificate === undefined ? undefined : createTlsTerminator(certificate, handOverSecured)

  function handOverSecured(socket: TLSSocket): void {
    if (socket.alpnProtocol === 'h2') http2.injectConnection(socket)
    else webServer.emit('connection', socket)
  }

  function handOver(socket: net.Socket, start: Buffer): void {
    const isTls = start[0] === TLS_HANDSHAKE
    if (tls !== undefined) {
      if (isTls) tls.accept(socket)
      else socket.end(HTTPS_ONLY)
      return
    }
    if (isTls) socket.end(TLS_NOT_HERE)
    else if (startsPreface(start)) http2.injectConnection(socket)
    else webServer.emit('connection', socket)
  }

  const server = net.createServer((socket) => {
    sockets.add(socket)
    socket.setNoDelay(true)
    // where the other side is gone without a word, the system finds out
    socket.setKeepAlive(true, STILL_THERE)
    socket.once('close', () => sockets.delete(socket))
    // one that goes away before it has said anything, or while it is told that it is wrong here
    socket.on('error', ignore)
    listenTo(socket)
  })
  server.maxConnections = MOST_CONNECTIONS

  /** Waits for the first bytes, and gives them back to whoever is to read them. */
  function listenTo(socket: net.Socket): void {
    const giveUp = setTimeout(() => socket.destroy(), PATIENCE)
    socket.once('close', () => {
      clearTimeout(giveUp)
    })
    let start = Buffer.alloc(0)
    const look = (): void => {
      const more: unknown = socket.read()
      if (more instanceof Buffer) start = Buffer.concat([start, more])
      if (start.length === 0 || (start.length < TELLING && startsPreface(start))) {
        socket.once('readable', look)
        return
      }
      clearTimeout(giveUp)
      socket.unshift(start)
      handOver(socket, start)
    }
    look()
  }

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => {
      server.removeListener('error', reject)
      resolve()
    })
  })

  return {
    port: portOf(server.address()),
    get connections() {
      return sockets.size
    },
    close: () =>
      new Promise((resolve) => {
        webServer.close()
        server.close(() => {
          resolve()
        })
      }),
    destroyAll() {
      for (const socket of sockets) socket.destroy()
    },
    useCertificate(next) {
      tls?.use(next)
    },
  }
}

/** Whether what listens on this address can be reached from its own machine only. */
export const isLoopbackAddress = (host: string): boolean =>
  host === 'localhost' || host === '::1' || /^127\.\d+\.\d+\.\d+$/.test(host)

function startsPreface(start: Buffer): boolean {
  const length = Math.min(start.length, PREFACE_START.length)
  return start.compare(PREFACE_START, 0, length, 0, length) === 0
}

const ignore = (): void => undefined

function portOf(address: AddressInfo | string | null): number {
  if (address === null || typeof address === 'string') throw new TypeError('the server listens on no port')
  return address.port
}
