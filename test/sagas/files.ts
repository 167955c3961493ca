import { format, resolveConfig } from 'prettier'
import { orderMachine, paymentMachine } from './machines.ts'
import { stateDiagram, type Arrow } from './mermaid.ts'
import { arrowsOf, PAGES } from './pages.ts'
import { walkTheShop } from './shop-walk.ts'

/** Top of the repository. */
export const ROOT = new URL('../../', import.meta.url)
const FOLDER = 'docs/sagas'

interface Page {
  readonly file: string
  readonly title: string
  readonly text: string
  readonly arrows: readonly Arrow[]
}

/** The pages that are made from the code, by path from the top of the repository. */
export const generatedFiles = async (): Promise<ReadonlyMap<string, string>> => {
  const transitions = await walkTheShop()
  const pages: readonly Page[] = [
    ...PAGES.map((page) => ({ ...page, arrows: arrowsOf(page, transitions) })),
    {
      file: 'order.md',
      title: 'Order: its state machine',
      text: `What [domain/order/decide.ts](../../domain/order/decide.ts) makes of every command in every state: \`command → events\`. What is not
drawn is refused, or changes nothing.`,
      arrows: await orderMachine(),
    },
    {
      file: 'payment.md',
      title: 'Payment: its state machine',
      text: `What [domain/payment/decide.ts](../../domain/payment/decide.ts) makes of every command in every state: \`command → events\`. What is
not drawn is refused, or changes nothing.`,
      arrows: await paymentMachine(),
    },
  ]
  const style = await resolveConfig(new URL(`${FOLDER}/README.md`, ROOT))
  const made = pages.map(async (page) => {
    const text = await format(asMarkdown(page), { ...style, parser: 'markdown' })
    return [`${FOLDER}/${page.file}`, text] as const
  })
  return new Map(await Promise.all(made))
}

const asMarkdown = ({ title, text, arrows }: Page): string => {
  const diagram = stateDiagram(arrows)
  return [
    `# ${title}`,
    text,
    ['```mermaid', diagram.text, '```'].join('\n'),
    diagram.legend.map((by, index) => `${index + 1}. ${by}`).join('\n'),
    'Made from the code by `npm run diagrams`; a test compares it. [What the sagas are and how to read them](README.md).',
  ].join('\n\n')
}
