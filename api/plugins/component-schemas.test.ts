import { expect } from 'chai'
import type { OpenAPIV3_1 } from 'openapi-types'
import { withTidySchemas } from './component-schemas.ts'

const reference = (name: string): { $ref: string } => ({ $ref: `#/components/schemas/${name}` })

const documentWith = (
  schemas: Record<string, OpenAPIV3_1.SchemaObject>,
  ...used: string[]
): OpenAPIV3_1.Document => ({
  openapi: '3.1.0',
  info: { title: 'Test', version: '1' },
  paths: {
    '/': {
      get: {
        responses: {
          200: { description: '', content: { json: { schema: { anyOf: used.map(reference) } } } },
        },
      },
    },
  },
  components: { schemas },
})

describe('component schemas', () => {
  const money: OpenAPIV3_1.SchemaObject = { type: 'object', properties: { amount: { type: 'integer' } } }

  it('of requests and answers are one where they are alike, with what they refer to', () => {
    const price = (of: string): OpenAPIV3_1.SchemaObject => ({
      type: 'object',
      properties: { of: reference(of) },
    })
    const document = documentWith(
      { Money: money, MoneyInput: money, Price: price('Money'), PriceInput: price('MoneyInput') },
      'Price',
      'PriceInput',
    )

    expect(withTidySchemas(document)).to.deep.equal(
      documentWith({ Money: money, Price: price('Money') }, 'Price', 'Price'),
    )
  })

  it('of requests and answers stay two where they differ', () => {
    const schemas = { Page: { type: 'object' as const }, PageInput: { type: 'string' as const } }

    expect(withTidySchemas(documentWith(schemas, 'Page', 'PageInput')).components?.schemas).to.deep.equal(
      schemas,
    )
  })

  it('that nothing refers to are left out', () => {
    const schemas = {
      Lonely: { type: 'array' as const, items: reference('AlsoLonely') },
      AlsoLonely: money,
      Used: money,
    }

    expect(withTidySchemas(documentWith(schemas, 'Used')).components?.schemas).to.deep.equal({ Used: money })
  })
})
