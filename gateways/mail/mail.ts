/** A mail in plain text. */
export interface OutgoingMail {
  /** UUID. The same mail keeps it when it is sent again, so that a mail server can tell. */
  readonly id: string
  readonly to: string
  readonly subject: string
  readonly body: string
}

/** Hands a mail to whoever delivers it. Rejects where it was not taken. */
export type SendMail = (mail: OutgoingMail) => Promise<void>
