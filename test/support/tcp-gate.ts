import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'

/** Stands between a program and a server, which it can make disappear. */
export interface TcpGate {
  readonly port: number
  /** From now on the server is away: what is open is cut, and nobody gets through. */
  readonly close: () => void
  readonly open: () => void
  readonly stop: () => Promise<void>
}

/** @param to port of the server, on this machine */
export const startTcpGate = async (to: number): Promise<TcpGate> => {
  let isOpen = true
  const sockets = new Set<Socket>()
  const keep = (socket: Socket): void => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    // whoever uses it finds out
    socket.on('error', () => undefined)
  }
  const cut = (): void => {
    for (const socket of sockets) socket.destroy()
  }
  const gate = createServer((client) => {
    keep(client)
    if (!isOpen) {
      client.destroy()
      return
    }
    const server = connect(to, '127.0.0.1')
    keep(server)
    client.on('close', () => server.destroy())
    server.on('close', () => client.destroy())
    client.pipe(server).pipe(client)
  }).listen(0, '127.0.0.1')
  await once(gate, 'listening')
  const address = gate.address()
  if (address === null || typeof address === 'string') throw new Error('It has no port')
  return {
    port: address.port,
    close: () => {
      isOpen = false
      cut()
    },
    open: () => {
      isOpen = true
    },
    stop: async () => {
      cut()
      gate.close()
      await once(gate, 'close')
    },
  }
}
