/**
 * All the script there is: `/` goes to the search field, the arrow keys turn pages, and the tail of `$all` goes on by itself.
 * Pages work without it. It builds elements, never markup, so that nothing in an event can become part of the page.
 */
export const SCRIPT = `'use strict'
addEventListener('keydown', (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName)) return
  if (event.key === '/') {
    event.preventDefault()
    document.querySelector('form.find input').focus()
  }
  const turn = { ArrowLeft: 'prev', ArrowRight: 'next' }[event.key]
  const link = turn && document.querySelector('a[rel=' + turn + ']')
  if (link) link.click()
})
const tail = document.querySelector('[data-live]')
if (tail) {
  const state = document.getElementById('live-state')
  const button = document.getElementById('live-toggle')
  const show = (on, text) => { state.dataset.on = on ? '1' : '0'; state.textContent = text }
  const element = (name, className, text) => {
    const made = document.createElement(name)
    made.className = className
    made.textContent = text
    return made
  }
  const pane = (title, text) => {
    const made = document.createElement('div')
    made.append(element('h3', '', title), text === '' ? element('p', 'none', 'none') : element('pre', '', text))
    return made
  }
  const row = (item) => {
    const details = element('details', 'fresh', '')
    const summary = document.createElement('summary')
    const place = element('a', 'name', item.place)
    place.href = item.href
    summary.append(place, element('span', 'type', item.type), element('span', 'preview', item.preview),
      element('time', '', item.time))
    const body = element('div', 'body', '')
    const panes = element('div', 'panes', '')
    panes.append(pane('Data', item.data), pane('Metadata', item.metadata))
    body.append(panes)
    details.append(summary, body)
    return details
  }
  let source
  const stop = () => { source.close(); source = undefined; button.textContent = 'Follow'; show(false, 'stopped') }
  const start = () => {
    source = new EventSource(tail.dataset.live)
    source.onopen = () => show(true, 'live')
    source.onerror = () => show(false, 'connecting')
    source.onmessage = ({ data }) => {
      tail.prepend(row(JSON.parse(data)))
      while (tail.children.length > 200) tail.lastElementChild.remove()
      const nothing = document.getElementById('no-events')
      if (nothing) nothing.remove()
    }
    button.textContent = 'Stop'
  }
  button.hidden = false
  button.addEventListener('click', () => (source ? stop() : start()))
  start()
}
`
