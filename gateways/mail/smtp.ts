import { createTransport } from 'nodemailer'
import type { SendMail } from './mail.ts'

export interface SmtpOptions {
  /** `smtp://user:password@host:port`, or `smtps://…` */
  readonly url: string
  /** Who mails come from, for example `Shop <shop@example.com>`. */
  readonly from: string
  /** Time limit of each step of the conversation, in milliseconds. Default 10 s. */
  readonly timeoutMs?: number
}

/** Sends mails through an SMTP server. */
export const smtpMail = ({ url, from, timeoutMs = 10_000 }: SmtpOptions): SendMail => {
  const transport = createTransport({
    url,
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    // a mail is text: nothing in it may make the process read a file or an address
    disableFileAccess: true,
    disableUrlAccess: true,
  })
  return async ({ id, to, subject, body }) => {
    await transport.sendMail({
      from,
      to: { name: '', address: to },
      subject,
      text: body,
      messageId: `<${id}@orderstream>`,
    })
  }
}
