import { once } from 'node:events'
import fs from 'node:fs'
import https from 'node:https'
import net from 'node:net'
import path from 'node:path'
import tls from 'node:tls'
import { EventStoreDBClient, jsonEvent } from '@eventstore/db-client'
import { status } from '@grpc/grpc-js'
import { expect } from 'chai'
import { CertificateError, startNode, UnsafeExposureError, type EventStoreNode } from '../index.ts'
import { useFolder } from '../log/testing/folder.ts'
import { writeCertificate } from '../testing/certificates.ts'
import { loadCertificate } from './certificate.ts'

const DAY = 86_400_000
const event = () => jsonEvent({ type: 'Tested', data: {} })

/** All that comes until the other side closes the connection. */
async function received(socket: net.Socket): Promise<Buffer> {
  const parts: Buffer[] = []
  socket.on('data', (part: Buffer) => parts.push(part))
  socket.on('error', () => undefined)
  await new Promise((resolve) => socket.once('close', resolve))
  return Buffer.concat(parts)
}

describe('A certificate', () => {
  const folder = useFolder()
  const sentence = (files: { cert: string; key: string }): string => {
    try {
      loadCertificate(files)
    } catch (error) {
      expect(error).to.be.instanceOf(CertificateError)
      return (error as Error).message.replaceAll(folder(), '…')
    }
    throw new Error('it was taken')
  }
  const file = (name: string, content: string): string => {
    fs.writeFileSync(path.join(folder(), name), content)
    return path.join(folder(), name)
  }

  it('that can be used says how long it is valid', () => {
    const to = new Date(Math.floor(Date.now() / 1000) * 1000 + 3 * DAY)
    expect(loadCertificate(writeCertificate(folder(), { to })).validTo).to.deep.equal(to)
  })

  it('that can’t is refused with what is wrong, and in which file', () => {
    const good = writeCertificate(folder())
    const other = path.join(folder(), 'other')
    fs.mkdirSync(other)
    const stranger = writeCertificate(other)
    expect(sentence({ ...good, key: stranger.key })).to.equal(
      'The key …/other/node.key does not belong to the certificate …/node.crt: give the key that it was made with.',
    )
    expect(sentence({ ...good, cert: '/nowhere' })).to.equal(
      "The certificate /nowhere can't be read: there is no such file.",
    )
    expect(sentence({ ...good, cert: good.key })).to.match(/^The certificate …\/node\.key is none in PEM/)
    expect(sentence({ ...good, key: file('junk', 'junk') })).to.match(
      /^The key …\/junk is no private key in PEM/,
    )
    expect(sentence({ ...good, key: file('locked', '-----BEGIN ENCRYPTED PRIVATE KEY-----') })).to.match(
      /^The key …\/locked is encrypted/,
    )
    const expired = writeCertificate(other, { from: new Date(0), to: new Date(DAY) })
    expect(sentence(expired)).to.equal(
      'The certificate …/other/node.crt expired at 1970-01-02T00:00:00.000Z: renew it.',
    )
    const early = writeCertificate(other, {
      from: new Date(Date.now() + DAY),
      to: new Date(Date.now() + 2 * DAY),
    })
    expect(sentence(early)).to.match(/^The certificate …\/other\/node\.crt is not valid before 2/)
  })
})

describe('A node with TLS', () => {
  const folder = useFolder()
  let node: EventStoreNode
  let files: { cert: string; key: string }

  beforeEach(async () => {
    files = writeCertificate(folder())
    node = await startNode({ inMemory: true, tls: files })
  })
  afterEach(() => node.close())

  const connect = async (
    caFile: string,
    act: (client: EventStoreDBClient) => Promise<void>,
  ): Promise<void> => {
    const client = EventStoreDBClient.connectionString(
      `esdb://localhost:${node.port}?tls=true&tlsCAFile=${encodeURIComponent(caFile)}`,
    )
    await act(client).finally(() => client.dispose())
  }
  const get = (url: string): Promise<{ status: number | undefined }> =>
    new Promise((resolve, reject) => {
      https
        .get(url, { ca: fs.readFileSync(files.cert), agent: false }, (response) => {
          response.resume()
          resolve({ status: response.statusCode })
        })
        .once('error', reject)
    })

  it('serves the official client and HTTP/1.1 on the one port', async () => {
    await connect(files.cert, async (client) => {
      await client.appendToStream('s', event())
      for await (const { event: read } of client.readStream('s')) expect(read?.type).to.equal('Tested')
    })
    expect((await get(`https://localhost:${node.port}/ping`)).status).to.equal(200)
    expect(node.connectionString).to.equal(`esdb://127.0.0.1:${node.port}?tls=true`)
  })

  it('is found by those who look for a cluster, at the address under which they know it', async () => {
    const options = `tls=true&tlsCAFile=${encodeURIComponent(files.cert)}&maxDiscoverAttempts=2`
    for (const url of [
      `esdb+discover://localhost:${node.port}`,
      `esdb+discover://127.0.0.1:${node.port}`,
      `esdb://localhost:1,localhost:${node.port},127.0.0.1:${node.port}`,
    ]) {
      const client = EventStoreDBClient.connectionString(`${url}?${options}`)
      await client
        .appendToStream('discovered', event())
        .then(({ success }) => expect(success, url).to.equal(true))
        .finally(() => client.dispose())
    }
  })

  it('is not trusted by who does not know the certificate', async () => {
    const other = path.join(folder(), 'other')
    fs.mkdirSync(other)
    await connect(writeCertificate(other).cert, async (client) => {
      const failed: unknown = await client.appendToStream('s', event()).catch((error: unknown) => error)
      expect(failed).to.have.property('code', status.UNAVAILABLE)
    })
    expect((await get(`https://localhost:${node.port}/ping`)).status).to.equal(200)
  })

  it('tells who comes without TLS, and lets go of it', async () => {
    const socket = net.connect(node.port, '127.0.0.1')
    socket.write('GET / HTTP/1.1\r\nhost: localhost\r\n\r\n')
    expect((await received(socket)).toString()).to.match(/^HTTP\/1\.1 400 [^]*This port speaks TLS/)
    const client = EventStoreDBClient.connectionString(
      `esdb://localhost:${node.port}?tls=false&defaultDeadline=5000`,
    )
    const failed: unknown = await client.appendToStream('s', event()).catch((error: unknown) => error)
    expect(failed).to.have.property('code', status.UNAVAILABLE)
    await client.dispose()
  })

  it('lets go of who speaks an old TLS, or breaks off', async () => {
    const old = tls.connect({
      port: node.port,
      host: '127.0.0.1',
      maxVersion: 'TLSv1.1',
      minVersion: 'TLSv1',
      rejectUnauthorized: false,
    })
    await received(old)
    const half = net.connect(node.port, '127.0.0.1')
    half.write(Buffer.from([0x16, 0x03, 0x01, 0x02, 0x00, 0x01]))
    half.end()
    await received(half)
    expect((await get(`https://localhost:${node.port}/ping`)).status).to.equal(200)
  })

  it('serves another certificate without a pause', async () => {
    await connect(files.cert, async (client) => {
      await client.appendToStream('s', event())
      writeCertificate(folder())
      node.reloadCertificate()
      // a connection that is open stays so
      await client.appendToStream('s', event())
    })
    await connect(files.cert, async (client) => {
      await client.appendToStream('s', event())
    })
    fs.writeFileSync(files.key, 'junk')
    expect(() => {
      node.reloadCertificate()
    }).to.throw(CertificateError)
    await connect(files.cert, async (client) => {
      await client.appendToStream('s', event())
    })
  })
})

describe('A node without TLS', () => {
  it('tells who comes with it, and lets go of it', async () => {
    const node = await startNode({ inMemory: true })
    const socket = tls.connect({ port: node.port, host: '127.0.0.1', rejectUnauthorized: false })
    const failed = once(socket, 'error') as Promise<[NodeJS.ErrnoException]>
    socket.on('error', () => undefined)
    // "protocol version", as TLS itself would say it
    expect((await failed)[0].code).to.equal('ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION')
    expect((await fetch(`http://127.0.0.1:${node.port}/ping`)).status).to.equal(200)
    await node.close()
  })

  it('does not serve other machines, unless it is told to', async () => {
    const refused: unknown = await startNode({ inMemory: true, host: '0.0.0.0' }).catch(
      (error: unknown) => error,
    )
    expect(refused).to.be.instanceOf(UnsafeExposureError)
    expect((refused as Error).message).to.include('no TLS and no passwords')
    const lines: string[] = []
    const node = await startNode({
      inMemory: true,
      host: '0.0.0.0',
      insecure: true,
      log: (line) => lines.push(line),
    })
    expect(lines.join()).to.include('Open to other machines on 0.0.0.0 with no TLS and no passwords')
    await node.close()
  })
})
