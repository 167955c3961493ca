import { join } from 'node:path'
import type { ReadInbox } from '../../api/routes/inbox.ts'
import { mailFolder } from '../../gateways/mail/folder.ts'
import type { MailFolder } from '../../gateways/mail/folder.ts'
import type { SendMail } from '../../gateways/mail/mail.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Config } from '../../platform/config.ts'

/** How mails leave: through the mail server that is named, else into a folder of the data directory. */
export const mailerOf = async (config: Config, clock: Clock): Promise<SendMail> => {
  if (config.mail.kind !== 'smtp') return folderOf(config, clock).send
  const { smtpMail } = await import('../../gateways/mail/smtp.ts')
  return smtpMail(config.mail)
}

/** What lies in the folder, for the page that shows it; undefined where others could reach that page. */
export const inboxOf = (config: Config, clock: Clock): ReadInbox | undefined =>
  config.mail.kind === 'folder' && config.demo === 'local' ? folderOf(config, clock).read : undefined

const folderOf = ({ dataDir }: Config, clock: Clock): MailFolder =>
  mailFolder(join(dataDir, 'mails'), { now: () => clock.now() })
