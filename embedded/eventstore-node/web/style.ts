/** The pages' style sheet: light or dark as the reader's system is, and nothing from elsewhere. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --ground: #fbfaf8; --panel: #ffffff; --ink: #24292f; --soft: #626a73; --line: #e4e1db;
  --accent: #0b6b62; --accent-soft: #e3f1ee; --warn: #9a5b00; --warn-soft: #fdf1dd; --bad: #a4262c;
  --key: #7a3e9d; --string: #22663b; --number: #0a5aa8; --literal: #9a5b00;
  --mono: ui-monospace, SFMono-Regular, Menlo, Consolas, 'Liberation Mono', monospace;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #14171a; --panel: #1b1f23; --ink: #dfe3e6; --soft: #98a1a9; --line: #2e3439;
    --accent: #64c9bb; --accent-soft: #1c3532; --warn: #e3b05f; --warn-soft: #382c17; --bad: #f0868b;
    --key: #c9a0e6; --string: #8ecfa3; --number: #85bdf2; --literal: #e3b05f;
  }
}
* { box-sizing: border-box; }
html { background: var(--ground); color: var(--ink); font: 15px/1.5 system-ui, 'Segoe UI', Roboto, sans-serif; }
body { margin: 0; }
a { color: var(--accent); text-decoration: none; }
a:hover { text-decoration: underline; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; border-radius: 3px; }
.skip { position: absolute; left: -999px; }
.skip:focus { left: 1rem; top: 1rem; background: var(--panel); padding: .5rem 1rem; z-index: 1; }

header.top { background: var(--panel); border-bottom: 1px solid var(--line); }
header.top > div { max-width: 76rem; margin: 0 auto; padding: .65rem 1.5rem; display: flex; gap: .4rem 1.6rem;
  align-items: center; flex-wrap: wrap; }
.brand { font-weight: 650; color: var(--ink); white-space: nowrap; }
.brand:hover { text-decoration: none; }
nav.main { display: flex; gap: .15rem; flex-wrap: wrap; flex: 1; }
nav.main a { color: var(--soft); padding: .25rem .65rem; border-radius: 6px; }
nav.main a:hover { background: var(--ground); text-decoration: none; color: var(--ink); }
nav.main a[aria-current] { background: var(--accent-soft); color: var(--accent); font-weight: 550; }
input, button, select { font: inherit; color: inherit; }
input[type=search], input[type=text], input[type=number], input[type=password] { background: var(--ground); border: 1px solid var(--line);
  border-radius: 6px; padding: .3rem .65rem; }
form.viewer { display: flex; gap: .6rem; align-items: center; margin: 0; }
form.viewer span { color: var(--soft); max-width: 10rem; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
form.sign-in { max-width: 22rem; margin: 2rem auto; display: grid; gap: .9rem; padding: 1.4rem; }
form.sign-in label { display: grid; gap: .25rem; }
form.sign-in .note { margin: 0; }
form.find input { width: 15rem; max-width: 100%; }

main { max-width: 76rem; margin: 0 auto; padding: 1.6rem 1.5rem 4rem; }
h1 { font-size: 1.35rem; line-height: 1.3; margin: 0 0 .35rem; font-weight: 600; overflow-wrap: anywhere; }
h2 { font-size: 1rem; margin: 2rem 0 .6rem; font-weight: 600; }
.crumbs, .lead { color: var(--soft); margin: 0 0 1.2rem; }
.crumbs { font-size: .87rem; margin-bottom: .4rem; }
.name, code, pre, td.mono, .mono { font-family: var(--mono); font-size: .87em; }
h1 .name { font-size: .95em; }
h1 .badge { font-weight: 400; vertical-align: middle; }
h1 + .columns { margin-top: 1.4rem; }
.none, .quiet { color: var(--soft); }
.columns { display: grid; grid-template-columns: minmax(0, 1fr) 19rem; gap: 2.4rem; align-items: start; }
.columns > aside h2:first-child, .columns > div h2:first-child { margin-top: 0; }

table { width: 100%; border-collapse: collapse; background: var(--panel); border: 1px solid var(--line);
  border-radius: 8px; border-spacing: 0; overflow: hidden; border-collapse: separate; }
th, td { text-align: left; padding: .5rem .85rem; border-bottom: 1px solid var(--line); vertical-align: top; }
tr:last-child > td { border-bottom: 0; }
th { font-size: .8rem; font-weight: 550; color: var(--soft); white-space: nowrap; }
td { overflow-wrap: anywhere; }
tbody tr:hover { background: var(--ground); }
.num { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
time { font-variant-numeric: tabular-nums; white-space: nowrap; color: var(--soft); font-size: .87rem; }
td.num a { color: inherit; }
td.still { white-space: nowrap; }

.events { border: 1px solid var(--line); border-radius: 8px; background: var(--panel); overflow: hidden; }
.events > details { border-bottom: 1px solid var(--line); }
.events > details:last-child { border-bottom: 0; }
.events summary { display: grid; grid-template-columns: minmax(4.5rem, max-content) minmax(8rem, 15rem) minmax(0, 1fr) max-content;
  gap: 0 1rem; padding: .5rem .85rem; cursor: pointer; align-items: baseline; list-style: none; }
.events.wide summary { grid-template-columns: minmax(10rem, 17rem) minmax(8rem, 14rem) minmax(0, 1fr) max-content; }
.events.narrow summary { grid-template-columns: minmax(7rem, max-content) minmax(10.5rem, max-content) minmax(0, 1fr) max-content; }
.events summary::-webkit-details-marker { display: none; }
.events summary:hover { background: var(--ground); }
.events summary .preview { color: var(--soft); white-space: nowrap; overflow: hidden; text-overflow: ellipsis;
  font-family: var(--mono); font-size: .82rem; }
.events summary .type { font-weight: 550; overflow-wrap: anywhere; }
.events summary .name { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.events details[open] > summary { border-bottom: 1px dashed var(--line); }
.body { padding: .8rem .85rem 1rem; }
.panes { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 1rem; }
.panes h3 { font-size: .8rem; font-weight: 550; color: var(--soft); margin: 0 0 .3rem; }
pre { margin: 0; padding: .7rem .85rem; background: var(--ground); border: 1px solid var(--line); border-radius: 6px;
  overflow: auto; max-height: 32rem; line-height: 1.5; white-space: pre-wrap; overflow-wrap: anywhere; }
pre.hex { white-space: pre; font-size: .76em; padding: .7rem; }
pre .k { color: var(--key); } pre .s { color: var(--string); } pre .n { color: var(--number); } pre .l { color: var(--literal); }
dl.facts { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: .25rem 1.1rem; margin: 0; font-size: .93rem; }
dl.facts dt { color: var(--soft); }
dl.facts dd { margin: 0; overflow-wrap: anywhere; }
.body dl.facts { display: flex; flex-wrap: wrap; align-items: baseline; gap: .15rem .5rem; margin-bottom: .8rem; font-size: .87rem; }
.body dl.facts dd { margin-right: 1.3rem; }
.body dl.facts .name, .body dl.facts .mono { font-size: .95em; }
.box { background: var(--panel); border: 1px solid var(--line); border-radius: 8px; padding: .9rem 1rem; }
.badge { display: inline-block; font-size: .78rem; padding: .05rem .5rem; border-radius: 99px; background: var(--accent-soft);
  color: var(--accent); white-space: nowrap; }
.badge.warn { background: var(--warn-soft); color: var(--warn); }
.badge.off { background: var(--ground); color: var(--soft); border: 1px solid var(--line); }
.list { list-style: none; margin: 0; padding: 0; }
.list li { display: flex; justify-content: space-between; align-items: baseline; gap: 1rem; padding: .18rem 0; }
.list .num { font-size: .87em; }
.list li > :first-child { overflow-wrap: anywhere; min-width: 0; }

.pages { display: flex; gap: .5rem; align-items: center; margin: 1rem 0; flex-wrap: wrap; }
.pages .gap { flex: 1; }
.reason { margin: .8rem .85rem 0; border-left: 3px solid var(--warn); background: var(--warn-soft); padding: .4rem .8rem;
  white-space: pre-wrap; overflow-wrap: anywhere; }
.reason:empty { display: none; }
form.inline.pages { margin: 0 0 .8rem; }
.button, button { display: inline-block; white-space: nowrap; background: var(--panel); border: 1px solid var(--line); border-radius: 6px;
  padding: .28rem .8rem; cursor: pointer; color: var(--ink); }
.button:hover, button:hover { border-color: var(--accent); color: var(--accent); text-decoration: none; }
.button[aria-disabled] { color: var(--soft); opacity: .55; pointer-events: none; }
button.primary { background: var(--accent); border-color: var(--accent); color: var(--ground); }
button.primary:hover { color: var(--ground); opacity: .9; }
form.inline { display: inline-flex; gap: .5rem; align-items: center; flex-wrap: wrap; margin: 0; }
.note { border-left: 3px solid var(--accent); background: var(--accent-soft); padding: .55rem .9rem; border-radius: 0 6px 6px 0;
  margin: 0 0 1.2rem; }
.note.warn { border-color: var(--warn); background: var(--warn-soft); }
.bar { width: 6rem; height: .45rem; border-radius: 99px; background: var(--line); color: var(--accent); vertical-align: middle; }
#live-state[data-on='1']::before { content: '●'; color: var(--accent); margin-right: .4rem; }
#live-state[data-on='0']::before { content: '○'; margin-right: .4rem; }
.fresh { animation: fresh 1.6s ease-out; }
@keyframes fresh { from { background: var(--accent-soft); } }
@media (prefers-reduced-motion: reduce) { .fresh { animation: none; } }
@media (max-width: 60rem) {
  .scroll td:first-child { min-width: 11rem; }
  .scroll td:nth-child(2) { min-width: 8rem; }
  .columns, .panes { grid-template-columns: minmax(0, 1fr); }
  .events summary, .events.wide summary, .events.narrow summary { grid-template-columns: minmax(0, 1fr) max-content; }
  .events summary .preview { display: none; }
  .scroll { overflow-x: auto; }
  nav.main { flex-basis: 100%; order: 1; margin-left: -.65rem; }
  form.find { margin-left: auto; }
  main, header.top > div { padding-left: 1rem; padding-right: 1rem; }
}
footer { color: var(--soft); font-size: .82rem; max-width: 76rem; margin: 0 auto; padding: 0 1.5rem 2rem; }
`
