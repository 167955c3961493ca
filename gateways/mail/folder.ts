import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { SendMail } from './mail.ts'

/** A mail as it lies in the folder. */
export interface ReceivedMail {
  readonly at: string
  readonly to: string
  readonly subject: string
  readonly body: string
}

/** Where mails lie that nobody delivers: for trying out and developing. */
export interface MailFolder {
  readonly send: SendMail
  /** Newest first, at most `limit`. */
  readonly read: (limit: number) => Promise<ReceivedMail[]>
}

/** Writes each mail into a file of its own, as mail programs read it (RFC 5322). The folder is made when it is needed. */
export const mailFolder = (directory: string, { now }: { readonly now: () => Date }): MailFolder => ({
  send: async ({ id, to, subject, body }) => {
    const at = now()
    const text = [
      `Date: ${at.toUTCString()}`,
      'From: Orderstream <shop@localhost>',
      `To: ${oneLine(to)}`,
      `Subject: ${oneLine(subject)}`,
      `Message-ID: <${id}@orderstream>`,
      'MIME-Version: 1.0',
      'Content-Type: text/plain; charset=utf-8',
      'Content-Transfer-Encoding: 8bit',
      '',
      body,
    ].join('\r\n')
    await mkdir(directory, { recursive: true, mode: 0o700 })
    const path = join(directory, `${at.toISOString().replaceAll(':', '-')}-${id}.eml`)
    await writeFile(`${path}.unfinished`, text, { mode: 0o600 })
    await rename(`${path}.unfinished`, path)
  },
  read: async (limit) => {
    const names = await readdir(directory).catch((error: unknown) => {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return []
      throw error
    })
    const newest = names.filter((name) => name.endsWith('.eml')).sort((a, b) => (a < b ? 1 : -1))
    return Promise.all(
      newest.slice(0, limit).map(async (name) => parse(await readFile(join(directory, name), 'utf8'))),
    )
  },
})

const oneLine = (text: string): string => text.replaceAll(/[\r\n]+/g, ' ')

const parse = (text: string): ReceivedMail => {
  const [head = '', ...rest] = text.split('\r\n\r\n')
  const fields = new Map(
    head.split('\r\n').map((line) => {
      const colon = line.indexOf(': ')
      return [line.slice(0, colon), line.slice(colon + 2)]
    }),
  )
  return {
    at: new Date(fields.get('Date') ?? 0).toISOString(),
    to: fields.get('To') ?? '',
    subject: fields.get('Subject') ?? '',
    body: rest.join('\r\n\r\n'),
  }
}
