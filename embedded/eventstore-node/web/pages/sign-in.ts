import { html } from '../html.ts'
import type { Page } from '../page.ts'

/** Where somebody is led to who has signed in: a page of this node, whatever the address says. */
export const destination = (to: string | null): string =>
  to !== null && /^\/web(\/|\?|$)/.test(to) ? to : '/web'

/** @param failed why it did not work the last time */
export const signInPage = (to: string, failed: string | undefined): Page => ({
  title: 'Sign in',
  body: html`<form class="sign-in box" method="post" action="/web/sign-in">
    <h1>Sign in</h1>
    ${failed === undefined ? undefined : html`<p class="note warn" role="alert">${failed}</p>`}
    <input type="hidden" name="to" value="${to}" />
    <label
      >User name
      <input
        type="text"
        name="login"
        autocomplete="username"
        autocapitalize="none"
        spellcheck="false"
        required
        autofocus
    /></label>
    <label>Password <input type="password" name="password" autocomplete="current-password" required /></label>
    <button class="primary">Sign in</button>
  </form>`,
})
