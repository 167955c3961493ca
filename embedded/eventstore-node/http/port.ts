import http, { type RequestListener } from 'node:http'
import net, { type AddressInfo } from 'node:net'

/** Takes over a connection that speaks HTTP/2. */
export interface Http2Sink {
  injectConnection(socket: net.Socket): void
}

export interface Port {
  readonly port: number
  /** How many are open. */
  readonly connections: number
  /** Refuses new connections; resolves when the open ones are closed, which takes a `destroyAll` where they don't go. */
  close(): Promise<void>
  destroyAll(): void
}

const PREFACE_START = Buffer.from('PRI * HTTP/2.0')

/**
 * One port for gRPC (HTTP/2) and plain HTTP/1.1: the first bytes of a connection tell them apart, because a client of
 * HTTP/2 sends its preface at once.
 */
export async function listen(
  host: string,
  port: number,
  http2: Http2Sink,
  http1: RequestListener,
): Promise<Port> {
  const sockets = new Set<net.Socket>()
  const webServer = http.createServer(http1)

  function handOver(socket: net.Socket): void {
    const start: unknown = socket.read()
    if (!(start instanceof Buffer)) {
      socket.once('readable', () => {
        handOver(socket)
      })
      return
    }
    socket.unshift(start)
    const length = Math.min(start.length, PREFACE_START.length)
    const isHttp2 = start.compare(PREFACE_START, 0, length, 0, length) === 0
    socket.removeListener('error', ignore)
    if (isHttp2) http2.injectConnection(socket)
    else webServer.emit('connection', socket)
  }

  const server = net.createServer((socket) => {
    sockets.add(socket)
    socket.setNoDelay(true)
    socket.once('close', () => sockets.delete(socket))
    // one that goes away before it has said anything
    socket.on('error', ignore)
    handOver(socket)
  })

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
        server.close(() => {
          resolve()
        })
      }),
    destroyAll() {
      for (const socket of sockets) socket.destroy()
    },
  }
}

/** Whether what listens on this address can be reached from its own machine only. */
export const isLoopbackAddress = (host: string): boolean =>
  host === 'localhost' || host === '::1' || /^127\.\d+\.\d+\.\d+$/.test(host)

const ignore = (): void => undefined

function portOf(address: AddressInfo | string | null): number {
  if (address === null || typeof address === 'string') throw new TypeError('the server listens on no port')
  return address.port
}
