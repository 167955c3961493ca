import { expect } from 'chai'
import { readArguments as readReplay } from '../replay/run.ts'
import { StartError } from '../start/start-error.ts'
import { readArguments as readStreams } from '../streams/run.ts'
import { readArguments } from './arguments.ts'

describe('arguments of the tools that read history', () => {
  it('of audit', () => {
    expect(readArguments([])).to.deep.equal({ command: 'help' })
    expect(readArguments(['verify', '--show', '3', '--no-read-models'])).to.deep.equal({
      ...{ command: 'verify', json: false, keep: 3, readModels: false },
    })
    expect(
      readArguments(['export', '--from', '2030-01-01T00:00:00Z', '--customer', 'c', '--format', 'csv']),
    ).to.deep.include({
      ...{ command: 'export', format: 'csv', reveal: false, out: undefined },
      filter: { from: new Date('2030-01-01'), before: undefined, customer: 'c', order: undefined },
    })
    expect(readArguments(['tree', 'r'])).to.deep.include({ of: { request: 'r' } })
    expect(readArguments(['tree', '--order', 'o'])).to.deep.include({ of: { order: 'o' } })
    expect(readArguments(['diff', '--against', '../x'])).to.deep.include({ against: '../x', keep: 50 })
  })

  it('of replay and streams', () => {
    expect(readReplay([])).to.equal(undefined)
    expect(readReplay(['order', 'o', '--revision', '3'])).to.deep.include({
      kind: 'order',
      until: { revision: 3n },
    })
    expect(readReplay(['wallet', 'w', '--at', '2030-01-01T02:00:00+02:00'])).to.deep.include({
      until: { at: new Date('2030-01-01') },
    })
    expect(readStreams(['--help'])).to.equal(undefined)
    expect(readStreams(['show', 's', '--from', '2'])).to.deep.include({ text: 's', from: 2n, limit: 100 })
    expect(readStreams(['list'])).to.deep.include({ text: '' })
  })

  const mistakes: [(args: string[]) => unknown, string[], string][] = [
    [readArguments, ['verfy'], 'There is no command "verfy", only verify, export, tree, diff.'],
    [readArguments, ['verify', 'x'], 'verify takes options only: see --help.'],
    [readArguments, ['verify', '--reveal'], 'verify does not take --reveal: see --help.'],
    [readArguments, ['verify', '--yaml'], "Unknown option '--yaml': see --help."],
    [readArguments, ['verify', '--show', '-1'], "Option '--show' argument is ambiguous: see --help."],
    [readArguments, ['verify', '--show', 'all'], '--show is "all", but it has to be a whole number from 0.'],
    [readArguments, ['export', '--format', 'xml'], 'There is no format "xml", only jsonl, csv.'],
    [
      readArguments,
      ['export', '--from', '2030-01-01'],
      '--from is "2030-01-01", but it has to be a time such as 2025-11-21T09:30:00Z.',
    ],
    [readArguments, ['tree'], 'tree takes the correlation id of a request, or --order with an id.'],
    [readArguments, ['diff'], 'diff needs --against with the path of the other domain: see --help.'],
    [readReplay, ['basket', 'x'], 'There is no aggregate "basket", only order, inventory, payment, wallet.'],
    [readReplay, ['order'], 'replay takes order, inventory, payment, wallet and one id: see --help.'],
    [
      readReplay,
      ['order', 'o', '--follow', '--revision', '1'],
      '--revision, --at and --follow exclude each other.',
    ],
    [
      readReplay,
      ['order', 'o', '--revision', 'x'],
      '--revision is "x", but it has to be a whole number from 0.',
    ],
    [readStreams, ['show'], 'show takes one stream: see --help.'],
    [readStreams, ['list', 'a', 'b'], 'list takes one text: see --help.'],
  ]
  for (const [read, args, sentence] of mistakes) {
    it(`are refused in one sentence: ${args.join(' ')}`, () => {
      expect(() => read(args)).to.throw(StartError, sentence)
    })
  }
})
