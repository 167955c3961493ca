import type { Routes } from '../routing.ts'

/** A mail that nobody delivers. */
export interface InboxMail {
  readonly at: string
  readonly to: string
  readonly subject: string
  readonly body: string
}

/** The newest mails, at most so many. */
export type ReadInbox = (limit: number) => Promise<readonly InboxMail[]>

const SHOWN = 50

/** A page of the mails that lie in a folder instead of being sent: for trying out, where nobody else can reach the API. */
export const inboxRoutes = (app: Routes, { read }: { readonly read: ReadInbox }): void => {
  app.route({
    method: 'GET',
    url: '/inbox',
    config: { access: 'public', limit: 'none' },
    schema: { hide: true },
    handler: async (_request, reply) => {
      const mails = await read(SHOWN)
      return reply.type('text/html; charset=utf-8').header('cache-control', 'no-store').send(page(mails))
    },
  })
}

const page = (mails: readonly InboxMail[]): string => `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Inbox</title>
<h1>Inbox</h1>
<p>Mails that were not sent: this installation is for trying out.</p>
${mails.length === 0 ? '<p>There are none yet.</p>' : mails.map(article).join('\n')}
</html>
`

const article = ({ at, to, subject, body }: InboxMail): string => `<article>
<h2>${escaped(subject)}</h2>
<p>To ${escaped(to)}, <time>${escaped(at)}</time></p>
<pre>${escaped(body)}</pre>
</article>`

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

const escaped = (text: string): string =>
  text.replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? '')
