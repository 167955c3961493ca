import { createHash } from 'node:crypto'
import type { HttpAnswer } from '../http/exchange.ts'
import { html, type Content, type Html } from './html.ts'
import { SCRIPT } from './script.ts'
import { STYLE } from './style.ts'

/** A page may load nothing but its own style and script, run nothing else, and stand in no other page. */
const POLICY = [
  "default-src 'none'",
  "style-src 'self'",
  "script-src 'self'",
  "connect-src 'self'",
  'img-src data:',
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ')

const asset = (content: string, type: string) => ({
  content,
  type,
  tag: createHash('sha256').update(content).digest('hex').slice(0, 12),
})

const ASSETS = new Map([
  ['/web/style.css', asset(STYLE, 'text/css; charset=utf-8')],
  ['/web/script.js', asset(SCRIPT, 'text/javascript; charset=utf-8')],
])

const addressOf = (path: string): string => `${path}?v=${ASSETS.get(path)?.tag ?? ''}`

/** Style sheet and script; their addresses change with their content. */
export function assetAnswer(path: string): HttpAnswer | undefined {
  const found = ASSETS.get(path)
  return (
    found && {
      status: 200,
      headers: { 'content-type': found.type, 'cache-control': 'public, max-age=31536000, immutable' },
      body: found.content,
    }
  )
}

const SECTIONS = [
  ['/web', 'Overview'],
  ['/web/all', '$all'],
  ['/web/streams', 'Streams'],
  ['/web/categories', 'Categories'],
  ['/web/types', 'Event types'],
  ['/web/subscriptions', 'Subscriptions'],
  ['/web/projections', 'Projections'],
] as const
export type Section = (typeof SECTIONS)[number][0]

export interface Page {
  readonly title: string
  readonly section?: Section
  /** What stands in the search field. */
  readonly searched?: string
  readonly body: Content
}

/** A mark in the browser's tab: a small picture in the address itself. */
const ICON =
  'data:image/svg+xml,%3Csvg xmlns=%22http://www.w3.org/2000/svg%22 viewBox=%220 0 16 16%22%3E%3Cpath fill=%22%230b6b62%22 d=%22M2 2h12v3H2zm0 4.5h9v3H2zM2 11h6v3H2z%22/%3E%3C/svg%3E'

/** Who looks at a page, where people sign in. */
export interface Viewer {
  readonly name: string
}

const signedIn = ({ name }: Viewer): Html =>
  html`<form class="viewer" method="post" action="/web/sign-out">
    <span title="Signed in as ${name}">${name}</span>
    <button>Sign out</button>
  </form>`

function layout({ title, section, searched, body }: Page, viewer: Viewer | undefined): Html {
  const entry = ([path, label]: (typeof SECTIONS)[number]): Html =>
    path === section
      ? html`<a href="${path}" aria-current="page">${label}</a>`
      : html`<a href="${path}">${label}</a>`
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title} · Event store</title>
        <link rel="icon" href="${ICON}" />
        <link rel="stylesheet" href="${addressOf('/web/style.css')}" />
        <script src="${addressOf('/web/script.js')}" defer></script>
      </head>
      <body>
        <a class="skip" href="#content">Skip to content</a>
        <header class="top">
          <div>
            <a class="brand" href="/web">Event store node</a>
            <nav class="main" aria-label="Main">${SECTIONS.map(entry)}</nav>
            <form class="find" action="/web/streams" role="search">
              <input
                type="search"
                name="q"
                value="${searched ?? ''}"
                placeholder="Find a stream  ( / )"
                aria-label="Find a stream by its name"
                autocomplete="off"
                spellcheck="false"
              />
            </form>
            ${viewer === undefined ? undefined : signedIn(viewer)}
          </div>
        </header>
        <main id="content">${body}</main>
      </body>
    </html>`
}

/** @param viewer undefined where nobody has to sign in, or nobody has */
export const pageAnswer = (page: Page, status: number, viewer: Viewer | undefined): HttpAnswer => ({
  status,
  headers: {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': POLICY,
    'cache-control': 'no-store',
    'cross-origin-opener-policy': 'same-origin',
    'x-frame-options': 'DENY',
  },
  body: layout(page, viewer).markup,
})
