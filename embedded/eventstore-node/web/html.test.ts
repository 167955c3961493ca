import { expect } from 'chai'
import { html } from './html.ts'

describe('Markup', () => {
  it('escapes all that is put into it, but for markup', () => {
    const evil = `<script>"it's" & more</script>`
    const inner = html`<b>${evil}</b>`
    expect(html`<a href="${evil}">${inner} ${[1, 'a&b', undefined, [html`<i></i>`]]}</a>`.markup).to.equal(
      '<a href="&lt;script&gt;&quot;it&#39;s&quot; &amp; more&lt;/script&gt;">' +
        '<b>&lt;script&gt;&quot;it&#39;s&quot; &amp; more&lt;/script&gt;</b> 1a&amp;b<i></i></a>',
    )
  })
})
