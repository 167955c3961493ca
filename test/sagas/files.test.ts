import { readdir, readFile } from 'node:fs/promises'
import { expect } from 'chai'
import { CancellationReason, orderContracts } from '../../domain/order/events.ts'
import { paymentContracts } from '../../domain/payment/events.ts'
import { generatedFiles, ROOT } from './files.ts'
import { walkTheShop, type Transition } from './shop-walk.ts'

const read = (file: string): Promise<string> => readFile(new URL(file, ROOT), 'utf8')

/** What a line of a state diagram may be: Mermaid ends a text at `:` and `;`, and takes `#` for the beginning of a code. */
const LINE = /^(stateDiagram-v2| {2}state "[^":;#]+" as \w+| {2}(\[\*\]|\w+) --> (\w+: [^:;#\n]+|\[\*\]))$/

describe('the diagrams of the sagas', () => {
  let files: ReadonlyMap<string, string>
  let transitions: readonly Transition[]
  before(async function () {
    this.timeout(60_000)
    files = await generatedFiles()
    transitions = await walkTheShop()
  })

  it('are checked in as the code is now', async () => {
    for (const [file, text] of files) {
      const isSame = (await read(file).catch(() => '')) === text
      if (!isSame)
        throw new Error(`${file} is not what the code does. Run \`npm run diagrams\` and commit it.`)
    }
  })

  it('are all that is in their folder, beside the page that explains them and names each', async () => {
    const present = (await readdir(new URL('docs/sagas/', ROOT))).sort()
    const made = [...files.keys()].map((file) => file.replace('docs/sagas/', ''))
    expect(present).to.have.members(['README.md', ...made])
    const readme = await read('docs/sagas/README.md')
    for (const file of made) expect(readme).to.include(`(${file})`)
  })

  it('are in the notation of Mermaid', () => {
    for (const [file, text] of files) {
      const [, diagram] = /```mermaid\n([^`]+)\n```/.exec(text) ?? []
      const lines = (diagram ?? '').split('\n')
      expect(lines[0], file).to.equal('stateDiagram-v2')
      for (const line of lines) expect(line, file).to.match(LINE)
    }
  })

  it('show every event of an order and of a payment, and every reason for a cancellation', () => {
    const order = files.get('docs/sagas/order.md') ?? ''
    for (const type of Object.keys(orderContracts)) expect(order).to.match(new RegExp(`[→,] ${type}\\b`))
    const payment = files.get('docs/sagas/payment.md') ?? ''
    for (const type of Object.keys(paymentContracts)) expect(payment).to.match(new RegExp(`[→,] ${type}\\b`))
    const reasons = CancellationReason.options.filter((reason) => reason !== 'requested_by_staff')
    for (const reason of reasons) expect(files.get('docs/sagas/cancellation.md')).to.include(reason)
  })

  it('never show an order that nobody has to do anything for, and that is not at its end', () => {
    const atRest = transitions.map(({ to }) => to).filter(({ waitsFor }) => waitsFor === undefined)
    const statuses = new Set(atRest.map(({ order }) => order.status))
    expect([...statuses]).to.have.members(['cancelled', 'expired', 'completed'])
  })

  it('show that the sweep takes up what the table has a step for, unless an operator is waited for', () => {
    for (const { to } of transitions) {
      if (to.waitsFor === 'operator') continue
      expect(to.isSwept, `${to.order.status}, ${to.step ?? 'no step'}`).to.equal(to.step !== undefined)
    }
  })
})
