import { once } from 'node:events'
import { connect, createServer, type Server, type Socket } from 'node:net'

export interface Listener {
  readonly port: number
  close(): Promise<void>
}

/** Accepts connections, reads what comes and never answers. */
export const startSilence = async (): Promise<Listener> => {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    keep(sockets, socket)
    socket.resume()
  })
  return { port: await listen(server), close: () => close(server, sockets) }
}

export interface Proxy extends Listener {
  /** From now on nothing comes through on the connections that there are, or no answers do; new ones work. */
  freeze(what?: 'all' | 'answers'): void
}

/** Stands between a client and the server at `target`, a port of this machine. */
export const startProxy = async (target: number): Promise<Proxy> => {
  const sockets = new Set<Socket>()
  let pairs: (readonly [Socket, Socket])[] = []
  const server = createServer((near) => {
    const far = connect(target, '127.0.0.1')
    keep(sockets, near)
    keep(sockets, far)
    near.on('close', () => far.destroy())
    far.on('close', () => near.destroy())
    near.pipe(far)
    far.pipe(near)
    pairs.push([near, far])
  })
  return {
    port: await listen(server),
    freeze: (what = 'all') => {
      for (const [near, far] of pairs) {
        if (what === 'all') near.unpipe(far)
        far.unpipe(near)
      }
      pairs = []
    },
    close: () => close(server, sockets),
  }
}

const keep = (sockets: Set<Socket>, socket: Socket): void => {
  sockets.add(socket)
  // a lost connection is what these servers are for
  socket.on('error', () => undefined)
  socket.on('close', () => sockets.delete(socket))
}

const listen = async (server: Server): Promise<number> => {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('The server has no port')
  return address.port
}

const close = async (server: Server, sockets: ReadonlySet<Socket>): Promise<void> => {
  const closed = once(server, 'close')
  server.close()
  for (const socket of sockets) socket.destroy()
  await closed
}
