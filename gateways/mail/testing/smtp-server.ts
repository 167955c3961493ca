import type { AddressInfo } from 'node:net'
import { SMTPServer } from 'smtp-server'

export interface Received {
  readonly to: readonly string[]
  readonly from: string
  readonly text: string
}

/** A real SMTP server with one account, that keeps what it is given. */
export const startSmtpServer = async (
  refuse: (recipient: string) => boolean = () => false,
): Promise<{ readonly url: string; readonly received: readonly Received[]; stop(): Promise<void> }> => {
  const received: Received[] = []
  const server = new SMTPServer({
    disabledCommands: ['STARTTLS'],
    onAuth: ({ username, password }, _session, done) => {
      if (username === 'shop' && password === 'pass word') done(null, { user: username })
      else done(new Error('wrong'))
    },
    onRcptTo: ({ address }, _session, done) => {
      if (refuse(address)) done(new Error('no such mailbox'))
      else done()
    },
    onData: (stream, { envelope }, done) => {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('end', () => {
        const from = envelope.mailFrom === false ? '' : envelope.mailFrom.address
        received.push({
          to: envelope.rcptTo.map(({ address }) => address),
          from,
          text: Buffer.concat(chunks).toString(),
        })
        done()
      })
    },
  })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  const { port } = server.server.address() as AddressInfo
  return {
    url: `smtp://shop:pass%20word@127.0.0.1:${port}`,
    received,
    stop: () =>
      new Promise((resolve) => {
        server.close(resolve)
      }),
  }
}
