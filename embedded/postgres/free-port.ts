import { createServer } from 'node:net'

/** A port of loopback that nobody listens on right now; it may be taken before it is used. */
export const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() => {
        if (address === null || typeof address === 'string') reject(new Error('The probe has no port'))
        else resolve(address.port)
      })
    })
  })
