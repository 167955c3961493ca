import { expect } from 'chai'
import fc from 'fast-check'
import type { OrderLine, SkuQuantity } from './order/events.ts'
import { totalsAddUp } from './order/quantities.ts'
import { eur, lines } from './testing/orders.ts'
import { goodsWithTax, priceOrder, PricingRules, type Pricing } from './totals.ts'

const rules = PricingRules.parse({
  shipping: [
    { countries: ['DE', 'AT'], fee: eur(490), freeFrom: 10_000 },
    { countries: ['US'], fee: { amount: 1500, currency: 'USD' }, freeFrom: null },
    { countries: '*', fee: eur(1990), freeFrom: null },
  ],
  tax: [
    { countries: ['DE'], basisPoints: 1900 },
    { countries: ['AT'], basisPoints: 2000 },
    { countries: '*', basisPoints: 0 },
  ],
})

const priced = (pricing: Pricing): Extract<Pricing, { priced: true }>['totals'] => {
  if (!pricing.priced) throw new Error(`refused: ${pricing.refusal.type}`)
  return pricing.totals
}
const one = (amount: number, currency = 'EUR'): Pick<OrderLine, 'quantity' | 'unitPrice'> => ({
  quantity: 1,
  unitPrice: { amount, currency },
})

describe('Totals of an order', () => {
  it('are goods, shipping and the tax on both', () => {
    expect(priceOrder(lines, 'DE', rules)).to.deep.equal({
      priced: true,
      totals: { items: eur(5500), shipping: eur(490), tax: eur(1138), total: eur(7128) },
    })
  })
  it('have free shipping from the threshold on', () => {
    expect(priced(priceOrder([one(9_999)], 'DE', rules)).shipping).to.deep.equal(eur(490))
    expect(priced(priceOrder([one(10_000)], 'DE', rules)).shipping).to.deep.equal(eur(0))
    expect(priced(priceOrder([one(10_000_000)], 'FR', rules)).shipping).to.deep.equal(eur(1990))
  })
  it('take the first row that fits the country, and for shipping the currency', () => {
    expect(priced(priceOrder([one(1000)], 'AT', rules)).tax).to.deep.equal(eur(298))
    expect(priced(priceOrder([one(1000, 'USD')], 'US', rules)).shipping.amount).to.equal(1500)
    expect(priced(priceOrder([one(1000)], 'US', rules)).shipping).to.deep.equal(eur(1990))
  })
  it('round tax half up, once for the order', () => {
    const rounding = (basisPoints: number): PricingRules => ({
      shipping: [{ countries: '*', fee: eur(0), freeFrom: null }],
      tax: [{ countries: '*', basisPoints }],
    })
    expect(priced(priceOrder([one(5)], 'DE', rounding(1000))).tax.amount).to.equal(1)
    expect(priced(priceOrder([one(4)], 'DE', rounding(1000))).tax.amount).to.equal(0)
    expect(priced(priceOrder([one(5), one(5)], 'DE', rounding(1000))).tax.amount).to.equal(1)
    expect(priced(priceOrder([one(15)], 'DE', rounding(1000))).tax.amount).to.equal(2)
  })
  it('are refused where they can not be made', () => {
    const refusal = (pricing: Pricing): unknown => !pricing.priced && pricing.refusal
    expect(refusal(priceOrder([], 'DE', rules))).to.deep.equal({ type: 'no_lines' })
    expect(refusal(priceOrder([one(1), one(1, 'USD')], 'DE', rules))).to.deep.equal({
      type: 'currencies_mixed',
      currencies: ['EUR', 'USD'],
    })
    expect(refusal(priceOrder([one(1, 'USD')], 'DE', rules))).to.deep.equal({
      type: 'no_shipping_rule',
      country: 'DE',
      currency: 'USD',
    })
    expect(refusal(priceOrder([one(1)], 'DE', { ...rules, tax: [] }))).to.deep.equal({
      type: 'no_tax_rule',
      country: 'DE',
      currency: 'EUR',
    })
    for (const amount of [Number.MAX_SAFE_INTEGER, Math.floor(Number.MAX_SAFE_INTEGER / 2)]) {
      expect(refusal(priceOrder([one(amount)], 'FR', rules))).to.deep.equal({ type: 'amount_too_large' })
    }
  })

  const orders = fc.record({
    country: fc.constantFrom('DE', 'AT', 'FR'),
    lines: fc.array(
      fc.record({
        quantity: fc.integer({ min: 1, max: 20 }),
        price: fc.oneof(fc.integer({ min: 0, max: 99_999 }), fc.integer({ min: 0, max: 10_000_000_000 })),
      }),
      { minLength: 1, maxLength: 6 },
    ),
  })
  type Shape = typeof orders extends fc.Arbitrary<infer Order> ? Order : never
  const linesOf = ({ lines: some }: Shape): OrderLine[] =>
    some.map(({ quantity, price }, index) => ({
      productId: `p-${index}`,
      sku: `S-${index}`,
      name: 'Thing',
      quantity,
      unitPrice: eur(price),
    }))

  it('add up', () => {
    fc.assert(
      fc.property(orders, (order) => {
        expect(
          totalsAddUp(linesOf(order), priced(priceOrder(linesOf(order), order.country, rules))),
        ).to.equal(true)
      }),
    )
  })
  it('have a tax that is off by half a unit at most', () => {
    fc.assert(
      fc.property(orders, (order) => {
        const { items, shipping, tax } = priced(priceOrder(linesOf(order), order.country, rules))
        const rate = { DE: 1900n, AT: 2000n, FR: 0n }[order.country]
        const off = BigInt(tax.amount) * 10_000n - BigInt(items.amount + shipping.amount) * rate
        expect(off > -5_000n && off <= 5_000n, `off by ${off.toString()}`).to.equal(true)
      }),
    )
  })
  it('do not depend on the order of the lines, nor on how they are split', () => {
    fc.assert(
      fc.property(orders, (order) => {
        const all = linesOf(order)
        const pieces = all.flatMap((line) =>
          Array.from({ length: line.quantity }, () => ({ ...line, quantity: 1 })),
        )
        expect(priceOrder(pieces.reverse(), order.country, rules)).to.deep.equal(
          priceOrder(all, order.country, rules),
        )
      }),
    )
  })
  it('are refunded piece by piece to the cent', () => {
    fc.assert(
      fc.property(orders, fc.infiniteStream(fc.nat()), (order, random) => {
        const all = linesOf(order)
        const whole = { lines: all, totals: priced(priceOrder(all, order.country, rules)) }
        const pieces = all
          .flatMap(({ sku, quantity }) =>
            Array.from({ length: quantity }, (): SkuQuantity => ({ sku, quantity: 1 })),
          )
          .map((piece) => ({ piece, place: Number(random.next().value) }))
          .sort((one, other) => one.place - other.place)
          .map(({ piece }) => piece)
        let [taken, refunded]: [SkuQuantity[], number] = [[], 0]
        for (const piece of pieces) {
          const step = goodsWithTax(whole, [...taken, piece]) - goodsWithTax(whole, taken)
          expect(step).to.be.at.least(0)
          taken = [...taken, piece]
          refunded += step
        }
        expect(refunded).to.equal(goodsWithTax(whole, all))
        expect(refunded).to.be.at.most(whole.totals.total.amount)
      }),
    )
  })
  it('of free goods that are sent for free are refunded with nothing', () => {
    const free = { items: eur(0), shipping: eur(0), tax: eur(0), total: eur(0) }
    expect(goodsWithTax({ lines: [], totals: free }, [{ sku: 'MUG', quantity: 1 }])).to.equal(0)
  })
})

describe('Pricing rules', () => {
  it('are refused where a country, a rate or a fee is none', () => {
    const [shipping] = rules.shipping
    for (const wrong of [
      { ...rules, tax: [{ countries: ['Germany'], basisPoints: 1900 }] },
      { ...rules, tax: [{ countries: '*', basisPoints: 19.5 }] },
      { ...rules, shipping: [{ ...shipping, fee: eur(-1) }] },
      { ...rules, shipping: [{ ...shipping, countries: [] }] },
      { ...rules, discounts: [] },
    ]) {
      expect(PricingRules.safeParse(wrong).success, JSON.stringify(wrong)).to.equal(false)
    }
  })
})
