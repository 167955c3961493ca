import { Linter } from 'eslint'
import { expect } from 'chai'
import fc from 'fast-check'
import { sameSecret } from './same-secret.ts'

const RULE = 'no-restricted-syntax'

describe('secrets', () => {
  it('are the same where they are, whatever their length and however they come', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (one, other) => {
        expect(sameSecret(one, other)).to.equal(one === other)
        expect(sameSecret(one, Buffer.from(one))).to.equal(true)
        expect(sameSecret(one, `${one}x`)).to.equal(false)
      }),
    )
  })

  it('are compared nowhere else: the linter refuses it', async () => {
    const { href } = new URL('../eslint.config.js', import.meta.url)
    const { default: config } = (await import(href)) as {
      readonly default: readonly { readonly rules?: Linter.RulesRecord; readonly ignores?: string[] }[]
    }
    const restriction = config.find(({ rules }) => rules !== undefined && RULE in rules)
    const rule = restriction?.rules?.[RULE]
    if (rule === undefined) throw new Error(`There is no rule ${RULE}`)
    expect(restriction?.ignores).to.deep.equal([
      ...[
        '**/*.test.ts',
        '**/testing/**',
        'test/**',
        'embedded/eventstore-node/**',
        'platform/same-secret.ts',
      ],
    ])
    const linter = new Linter()
    const lines = {
      'if (given === clientSecret) go()': 1,
      'if (row.webhookSecret !== given) go()': 1,
      'const isIt = signature === expected.signature': 1,
      'if (request.accessToken == token) go()': 1,
      "import { timingSafeEqual } from 'node:crypto'": 2,
      "import * as crypto from 'node:crypto'; crypto.timingSafeEqual(a, b)": 1,
      "if (typeof signature !== 'string') go()": 0,
      'if (secret === undefined) go()': 0,
      "if (secret !== '') go()": 0,
      'if (tokens.length === 3) go()': 0,
    }
    for (const [line, complaints] of Object.entries(lines)) {
      expect(linter.verify(line, { rules: { [RULE]: rule } }), line).to.have.length(complaints)
    }
  })
})
