import type { Socket } from 'node:net'
import type { FastifyInstance } from 'fastify'

/**
 * Connections over which no request has come yet end when the server is told to close: Node counts them neither as idle nor as
 * busy, and would wait for them as long as a request may take to arrive.
 */
export const slowConnections = (app: FastifyInstance): void => {
  const silent = new Set<Socket>()
  app.server.on('connection', (socket: Socket) => {
    silent.add(socket)
    socket.once('close', () => silent.delete(socket))
  })
  app.server.on('request', ({ socket }: { readonly socket: Socket }) => {
    silent.delete(socket)
  })
  app.addHook('preClose', (done) => {
    for (const socket of silent) socket.destroy()
    done()
  })
}
