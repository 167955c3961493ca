import type { Mail } from '../mail/outbox.ts'

/** Where links in mails lead. */
export interface MailLinks {
  /** Address of the shop front, without a slash at its end. */
  readonly shopFront: string
}

const link = ({ shopFront }: MailLinks, page: string, token: string): string =>
  `${shopFront}/${page}?token=${token}`

export const verificationMail = (links: MailLinks, to: string, token: string): Mail => ({
  to,
  subject: 'Confirm your e-mail address',
  body: `Somebody, hopefully you, has registered with this e-mail address.

To confirm it, open this link within 24 hours:
${link(links, 'verify-email', token)}

If it was not you, do nothing: there will be no account.
`,
})

export const alreadyRegisteredMail = (links: MailLinks, to: string): Mail => ({
  to,
  subject: 'You have an account already',
  body: `Somebody, hopefully you, has tried to register with this e-mail address. There is an account with it already.

If you have forgotten your password, ask for a new one:
${links.shopFront}/forgot-password

If it was not you, do nothing: nothing has changed.
`,
})

export const passwordResetMail = (links: MailLinks, to: string, token: string): Mail => ({
  to,
  subject: 'Choose a new password',
  body: `Somebody, hopefully you, has asked for a new password.

To choose one, open this link within an hour:
${link(links, 'reset-password', token)}

If it was not you, do nothing: your password stays as it is.
`,
})

export const passwordChangedMail = (to: string): Mail => ({
  to,
  subject: 'Your password was changed',
  body: `Your password was changed, and you were signed out everywhere.

If it was not you, ask for a new password at once.
`,
})
