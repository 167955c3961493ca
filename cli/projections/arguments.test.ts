import { expect } from 'chai'
import { allProjections } from '../../projections/projections.ts'
import { StartError } from '../start/start-error.ts'
import { readArguments, type Arguments } from './arguments.ts'

const read = (...args: string[]): Arguments => readArguments(args, allProjections)
const names = ({ projections }: Arguments): string[] => projections.map(({ name }) => name)
const known = allProjections.map(({ name }) => name)

describe('arguments of the command projections', () => {
  it('name a command and read models', () => {
    expect(read('rebuild', 'orders')).to.include({ command: 'rebuild', json: false })
    expect(names(read('rebuild', 'inventory', 'orders', 'orders'))).to.deep.equal(['inventory', 'orders'])
    expect(names(read('rebuild', '--all'))).to.deep.equal(known)
    expect(names(read('status', '--json'))).to.deep.equal(known)
    expect(read('status', '--json').json).to.equal(true)
    expect(read('replay', 'orders', 'order-1').stream).to.equal('order-1')
  })

  it('ask for help, or for nothing', () => {
    expect(read('--help').command).to.equal('help')
    expect(read().command).to.equal('help')
  })

  const all = known.join(', ')
  const mistakes: [string, string[], string][] = [
    ['a command', ['rebuld'], 'There is no command "rebuld": see --help.'],
    ['a read model', ['rebuild', 'ordres'], `There is no read model "ordres", only ${all}.`],
    ['an option', ['status', '--yaml'], "Unknown option '--yaml': see --help."],
    ['no name', ['rebuild'], `rebuild takes names of read models, or --all: ${all}.`],
    ['names and all', ['rebuild', '--all', 'orders'], '--all and names of read models exclude each other.'],
    ['no stream', ['replay', 'orders'], 'replay takes the name of a read model and a stream.'],
  ]
  for (const [name, args, sentence] of mistakes) {
    it(`are refused in one sentence: ${name}`, () => {
      expect(() => read(...args)).to.throw(StartError, sentence)
    })
  }
})
