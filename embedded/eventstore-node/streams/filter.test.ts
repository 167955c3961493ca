import { expect } from 'chai'
import { SlowRegexError } from './backtracking-regex.ts'
import { recordLength, writeRecord } from '../log/record.ts'
import { compileFilter, compileRegex, InvalidRegexError, type EventFilter } from './filter.ts'

function matches(filter: EventFilter, stream: string, type: string): boolean {
  const fields = { stream, type, json: true, data: Buffer.alloc(0), metadata: Buffer.alloc(0) }
  const length = recordLength(fields)
  const buffer = Buffer.alloc(length)
  writeRecord(
    buffer,
    0,
    length,
    { ...fields, id: Buffer.alloc(16), revision: 0, created: 0, tombstone: false },
    true,
  )
  return compileFilter(filter)(buffer, 0)
}

describe('A server-side filter', () => {
  it('takes one of several prefixes, of stream name or event type', () => {
    const byStream: EventFilter = { on: 'stream', regex: '', prefixes: ['order-', 'inventory-'] }
    expect(matches(byStream, 'inventory-1', 'X')).to.equal(true)
    expect(matches(byStream, 'x-order-1', 'order-1')).to.equal(false)
    const byType: EventFilter = { on: 'type', regex: '', prefixes: ['Order'] }
    expect(matches(byType, 'x', 'OrderPlaced')).to.equal(true)
    expect(matches(byType, 'Order', 'Placed')).to.equal(false)
  })

  it('finds a regular expression anywhere, unless it is anchored', () => {
    expect(matches({ on: 'type', regex: 'Placed', prefixes: [] }, 's', 'OrderPlaced')).to.equal(true)
    expect(matches({ on: 'type', regex: '^Placed', prefixes: [] }, 's', 'OrderPlaced')).to.equal(false)
    expect(matches({ on: 'type', regex: '^[^$].*', prefixes: [] }, 's', '$metadata')).to.equal(false)
    expect(matches({ on: 'stream', regex: '^(order|cart)-\\d+$', prefixes: [] }, 'cart-77', 'X')).to.equal(
      true,
    )
    expect(matches({ on: 'stream', regex: '^ünï\\w', prefixes: [] }, 'ünïx', 'X')).to.equal(true)
  })

  it('remembers no more than it should and stays right', () => {
    const isEven = compileRegex('[02468]$')
    for (let n = 0; n < 5000; n++) expect(isEven(String(n))).to.equal(n % 2 === 0)
    expect(isEven('4')).to.equal(true)
  })

  it('is not stalled by an expression that would be slow elsewhere', () => {
    const slow = compileRegex('^(a+)+$')
    // by backtracking this would outlast the test by far
    expect(slow(`${'a'.repeat(5000)}b`)).to.equal(false)
  })

  it('gives no match more steps than it may take', () => {
    const regex = '(x?y?){500}[yz]$'
    const filter: EventFilter = { on: 'stream', regex, prefixes: [] }
    const text = `${'x'.repeat(15_000)}y${'x'.repeat(15_000)}`
    const begun = performance.now()
    expect(() => matches(filter, text, 'T')).to.throw(SlowRegexError)
    expect(matches(filter, 'xy', 'T')).to.equal(true)
    // whoever can't be told of it gets an event too many rather than one too few
    expect(compileRegex(regex)(text)).to.equal(true)
    expect(compileRegex(regex)('x')).to.equal(false)
    expect(performance.now() - begun).to.be.below(3000)
    for (const large of [
      '((a{0,100}){0,100}){0,100}',
      Array.from({ length: 60 }, (_, n) => `${String.fromCharCode(0x4e00 + n)}{900}`).join('|'),
    ])
      expect(() => compileRegex(large), large.slice(0, 40)).to.throw(InvalidRegexError)
  })

  it('also knows expressions that look around or refer back, as long as they are quick', () => {
    expect(matches({ on: 'type', regex: '^(?!\\$)', prefixes: [] }, 's', 'OrderPlaced')).to.equal(true)
    expect(matches({ on: 'type', regex: '^(?!\\$)', prefixes: [] }, 's', '$metadata')).to.equal(false)
    expect(matches({ on: 'stream', regex: '^(\\w+)-\\1$', prefixes: [] }, 'ab-ab', 'T')).to.equal(true)
    const slow: EventFilter = { on: 'stream', regex: '^(?=a)(a+)+$', prefixes: [] }
    expect(matches(slow, 'aaa', 'T')).to.equal(true)
    expect(() => matches(slow, `${'a'.repeat(5000)}b`, 'T')).to.throw(SlowRegexError)
  })

  it('refuses what is no regular expression', () => {
    const compile = (regex: string): unknown => compileFilter({ on: 'type', regex, prefixes: [] })
    for (const regex of ['(', '[a', 'a**', 'a'.repeat(20_000)]) {
      expect(() => compile(regex), regex.slice(0, 40)).to.throw(InvalidRegexError, regex.slice(0, 40))
    }
  })

  it('has a form that never throws, which refuses what it cannot promise to run in time', () => {
    for (const regex of ['(', '[a', 'a**', '(?=a)b', '(a)\\1', 'a'.repeat(20_000)]) {
      expect(() => compileRegex(regex), regex.slice(0, 40)).to.throw(InvalidRegexError, regex.slice(0, 40))
    }
  })
})
