import { join } from 'node:path'
import { mailFolder } from '../../gateways/mail/folder.ts'
import type { SendMail } from '../../gateways/mail/mail.ts'
import { smtpMail } from '../../gateways/mail/smtp.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Config } from '../../platform/config.ts'

/** How mails leave: through the mail server that is named, else into a folder of the data directory. */
export const mailerOf = ({ mail, dataDir }: Config, clock: Clock): SendMail =>
  mail.kind === 'smtp' ? smtpMail(mail) : mailFolder(join(dataDir, 'mails'), { now: () => clock.now() }).send
