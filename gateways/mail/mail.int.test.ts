import { randomUUID } from 'node:crypto'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { freePort } from '../../test/support/servers.ts'
import { mailFolder } from './folder.ts'
import { smtpMail } from './smtp.ts'
import { startSmtpServer } from './testing/smtp-server.ts'

const mail = {
  id: randomUUID(),
  to: 'ada@shop.test',
  subject: 'Schöne Grüße',
  body: 'Line one\n.\nLine three ☕\n',
}

describe('mails through SMTP', () => {
  let server: Awaited<ReturnType<typeof startSmtpServer>>
  before(async () => {
    server = await startSmtpServer((recipient) => recipient === 'nobody@shop.test')
  })
  after(() => server.stop())

  it('arrive whole, with an id that stays', async () => {
    const send = smtpMail({ url: server.url, from: 'Shop <shop@shop.test>' })
    await send(mail)

    const [received] = server.received
    expect(received).to.deep.include({ to: ['ada@shop.test'], from: 'shop@shop.test' })
    expect(received?.text).to.contain(`Message-ID: <${mail.id}@orderstream>`)
    expect(received?.text).to.match(/From: "?Shop"? <shop@shop\.test>/)
    expect(received?.text).to.contain('Line one')
  })

  it('go to one address, whatever that looks like', async () => {
    const send = smtpMail({ url: server.url, from: 'shop@shop.test' })
    const before = server.received.length
    const to = 'ada@shop.test, eve@shop.test'
    await send({ ...mail, to }).catch((error: unknown) => {
      expect(error).to.be.instanceOf(Error)
    })

    for (const { to: recipients } of server.received.slice(before))
      expect(recipients).to.not.include('eve@shop.test')
  })

  it('are not sent where the server says no, or is not there', async () => {
    const refusal = async (url: string, to: string): Promise<unknown> =>
      smtpMail({ url, from: 'shop@shop.test', timeoutMs: 500 })({ ...mail, to }).catch(
        (error: unknown) => error,
      )

    expect(await refusal(server.url, 'nobody@shop.test')).to.be.instanceOf(Error)
    expect(await refusal(server.url.replace('pass%20word', 'wrong'), mail.to)).to.be.instanceOf(Error)
    expect(await refusal(`smtp://127.0.0.1:${await freePort()}`, mail.to)).to.be.instanceOf(Error)
  })
})

describe('mails into a folder', () => {
  let directory: string
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'orderstream-mail-'))
  })
  after(() => rm(directory, { recursive: true }))

  it('are read back newest first', async () => {
    let minute = 0
    const now = (): Date => new Date(Date.UTC(2025, 10, 21, 9, (minute += 1)))
    const folder = mailFolder(join(directory, 'new', 'mails'), { now })
    expect(await folder.read(10)).to.deep.equal([])
    await folder.send({ ...mail, id: randomUUID(), subject: 'first' })
    await folder.send(mail)

    const read = await folder.read(10)
    expect(read.map(({ subject }) => subject)).to.deep.equal(['Schöne Grüße', 'first'])
    expect(read[0]).to.deep.equal({
      at: '2025-11-21T09:02:00.000Z',
      to: mail.to,
      subject: mail.subject,
      body: mail.body,
    })
    expect(await folder.read(1)).to.have.length(1)
  })

  it('of other programs, unfinished or without the usual fields, do not keep it from being read', async () => {
    const path = join(directory, 'others')
    const folder = mailFolder(path, { now: () => new Date(0) })
    await folder.send({ ...mail, body: 'First part\r\n\r\nSecond part' })
    await writeFile(join(path, '0-note.eml'), 'X-Note: nothing of ours')
    await writeFile(join(path, '9.eml.unfinished'), 'Subject: half')

    const [first, ...others] = await folder.read(10)
    expect(first).to.deep.include({ subject: mail.subject, body: 'First part\r\n\r\nSecond part' })
    expect(others).to.deep.equal([{ at: '1970-01-01T00:00:00.000Z', to: '', subject: '', body: '' }])
  })

  it('can not lie where a file is: whoever writes or reads is told', async () => {
    const path = join(directory, 'a file')
    await writeFile(path, 'here')
    const folder = mailFolder(path, { now: () => new Date(0) })
    const codeOf = (failing: Promise<unknown>): Promise<unknown> =>
      failing.then(
        () => 'done',
        (error: unknown) => (error as NodeJS.ErrnoException).code,
      )
    expect(await codeOf(folder.send(mail))).to.equal('EEXIST')
    expect(await codeOf(folder.read(10))).to.equal('ENOTDIR')
  })

  it('keep what belongs into one field in it', async () => {
    const folder = mailFolder(join(directory, 'fields'), { now: () => new Date(0) })
    await folder.send({ ...mail, subject: 'Hello\r\nBcc: eve@shop.test' })

    const [name = ''] = await readdir(join(directory, 'fields'))
    const text = await readFile(join(directory, 'fields', name), 'utf8')
    expect(text).to.not.match(/^Bcc:/m)
  })
})
