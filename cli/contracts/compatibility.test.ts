import { expect } from 'chai'
import { z } from 'zod'
import { changesBetween, type Change } from './compatibility.ts'
import { jsonSchemaOf } from './json-schema.ts'

const line = z.strictObject({ sku: z.string().min(1), quantity: z.int().min(1).max(100) })
const published = {
  id: z.string().min(1),
  state: z.enum(['open', 'closed']),
  note: z.string().optional(),
  lines: z.array(line).min(1),
  address: z.strictObject({ city: z.string() }).nullable(),
  at: z.iso.datetime(),
}
const base = z.strictObject(published)

const changes = (after: z.ZodType, before: z.ZodType = base): Change[] =>
  changesBetween(jsonSchemaOf(before), jsonSchemaOf(after))

/** The only change, without its words. */
const theChange = (after: z.ZodType, before?: z.ZodType): string => {
  const [change, ...others] = changes(after, before)
  expect(others).to.deep.equal([])
  return change === undefined ? 'none' : `${change.kind} ${change.at}`
}

describe('the compatibility of published schemas', () => {
  it('knows no change where there is none, nor where only words or the order have changed', () => {
    const { id, ...others } = published
    const reworded = z
      .strictObject({ ...others, id: id.describe('of the thing') })
      .meta({ title: 'Thing', description: 'A thing.' })
    expect(changes(base)).to.deep.equal([])
    expect(changes(reworded)).to.deep.equal([])
    expect(changes(z.strictObject({ ...published, state: z.enum(['closed', 'open']) }))).to.deep.equal([])
  })

  describe('catches what history would not survive:', () => {
    it('a field removed', () => {
      expect(theChange(base.omit({ note: true }))).to.equal('removed /properties/note')
    })

    it('a required field removed', () => {
      expect(theChange(base.omit({ id: true }))).to.equal('removed /properties/id')
    })

    it('a required field added', () => {
      const grown = z.strictObject({ ...published, size: z.int() })
      expect(theChange(grown)).to.equal('required /properties/size')
    })

    it('a field that became required', () => {
      const stricter = z.strictObject({ ...published, note: z.string() })
      expect(theChange(stricter)).to.equal('narrowed /required')
    })

    it('a range that became narrower, deep within', () => {
      const narrower = (quantity: z.ZodType) =>
        z.strictObject({ ...published, lines: z.array(line.extend({ quantity })).min(1) })
      const place = '/properties/lines/items/properties/quantity'
      expect(theChange(narrower(z.int().min(2).max(100)))).to.equal(`narrowed ${place}/minimum`)
      expect(theChange(narrower(z.int().min(1).max(99)))).to.equal(`narrowed ${place}/maximum`)
    })

    it('a text that has to be longer or shorter, or to look otherwise', () => {
      const id = (schema: z.ZodType) => z.strictObject({ ...published, id: schema })
      expect(theChange(id(z.string().min(2)))).to.equal('narrowed /properties/id/minLength')
      expect(theChange(id(z.string().min(1).max(9)))).to.equal('narrowed /properties/id/maxLength')
      expect(theChange(id(z.string().min(1).regex(/^a/)))).to.equal('narrowed /properties/id/pattern')
    })

    it('a list that has to be longer', () => {
      const longer = z.strictObject({ ...published, lines: z.array(line).min(2) })
      expect(theChange(longer)).to.equal('narrowed /properties/lines/minItems')
    })

    it('a choice less', () => {
      const fewer = z.strictObject({ ...published, state: z.enum(['open']) })
      expect(changes(fewer).map(({ kind }) => kind)).to.include('narrowed')
    })

    it('null no longer allowed', () => {
      const full = z.strictObject({ ...published, address: z.strictObject({ city: z.string() }) })
      expect(changes(full)).not.to.deep.equal([])
    })

    it('another type', () => {
      const other = z.strictObject({ ...published, id: z.int() })
      expect(changes(other).map(({ kind }) => kind)).to.include('changed')
    })

    it('other fields no longer allowed', () => {
      expect(theChange(base, z.looseObject(published))).to.equal('stricter /additionalProperties')
    })
  })

  describe('catches what its readers would not expect:', () => {
    it('an optional field added', () => {
      const grown = z.strictObject({ ...published, size: z.int().optional() })
      expect(theChange(grown)).to.equal('added /properties/size')
    })

    it('a field that became optional', () => {
      const laxer = z.strictObject({ ...published, at: published.at.optional() })
      expect(theChange(laxer)).to.equal('widened /required')
    })

    it('a range that became wider', () => {
      const wider = line.extend({ quantity: z.int().min(0).max(100) })
      expect(theChange(wider, line)).to.equal('widened /properties/quantity/minimum')
    })

    it('a choice more', () => {
      const more = z.strictObject({ ...published, state: z.enum(['open', 'closed', 'lost']) })
      expect(theChange(more)).to.equal('widened /properties/state/enum')
    })

    it('null allowed', () => {
      const sparse = z.strictObject({ ...published, state: z.enum(['open', 'closed']).nullable() })
      expect(changes(sparse)).not.to.deep.equal([])
    })

    it('other fields allowed', () => {
      expect(theChange(z.looseObject(published))).to.equal('looser /additionalProperties')
    })
  })

  describe('understands shapes to choose from:', () => {
    const open = z.strictObject({ kind: z.literal('open'), n: z.int().min(0) })
    const closed = z.strictObject({ kind: z.literal('closed') })
    const lost = z.strictObject({ kind: z.literal('lost') })
    const either = z.discriminatedUnion('kind', [open, closed])

    it('one more, one less', () => {
      expect(theChange(z.discriminatedUnion('kind', [open, closed, lost]), either)).to.equal('widened /oneOf')
      expect(theChange(z.discriminatedUnion('kind', [open]), either)).to.equal('narrowed /oneOf')
    })

    it('a change within one of them', () => {
      const stricter = z.discriminatedUnion('kind', [open.extend({ n: z.int().min(1) }), closed])
      expect(theChange(stricter, either)).to.equal('narrowed /oneOf/0/properties/n/minimum')
    })

    it('their order, which does not matter', () => {
      expect(theChange(z.discriminatedUnion('kind', [closed, open]), either)).to.equal('none')
    })
  })
})
