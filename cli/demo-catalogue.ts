/** A category of the demo shop with its products: id, sku, name, description, price in cents, pieces in stock. */
interface DemoCategory {
  readonly id: string
  readonly name: string
  readonly products: readonly DemoProduct[]
}

export interface DemoProduct {
  readonly id: string
  readonly sku: string
  readonly name: string
  readonly description: string
  /** Euro cents. */
  readonly price: number
  /** Pieces that the first delivery brings. */
  readonly stock: number
}

const product = (
  id: string,
  sku: string,
  name: string,
  price: number,
  stock: number,
  description: string,
): DemoProduct => ({
  ...{ id, sku, name, description, price, stock },
})

/** What the demo shop sells. Ids and skus are stable: orders refer to them. */
export const demoCatalogue: readonly DemoCategory[] = [
  {
    id: 'coffee',
    name: 'Coffee',
    products: [
      product(
        'yirgacheffe-250',
        'COF-YIRG-250',
        'Yirgacheffe, 250 g',
        1_290,
        400,
        'Washed Ethiopian beans: jasmine, bergamot, lemon.',
      ),
      product(
        'huila-250',
        'COF-HUIL-250',
        'Huila, 250 g',
        1_090,
        500,
        'Colombian beans from small farms: caramel and red apple.',
      ),
      product(
        'mantiqueira-1000',
        'COF-MANT-1000',
        'Mantiqueira, 1 kg',
        2_890,
        250,
        'Brazilian espresso beans: chocolate, hazelnut, little acidity.',
      ),
      product(
        'sumatra-decaf-250',
        'COF-SUMD-250',
        'Sumatra decaf, 250 g',
        1_190,
        150,
        'Decaffeinated in water: cedar, cocoa, full body.',
      ),
      product(
        'house-blend-1000',
        'COF-HOUS-1000',
        'House blend, 1 kg',
        2_390,
        600,
        'What we drink ourselves, medium roast.',
      ),
    ],
  },
  {
    id: 'tea',
    name: 'Tea',
    products: [
      product(
        'sencha-100',
        'TEA-SENC-100',
        'Sencha, 100 g',
        990,
        300,
        'Japanese green tea from the first harvest.',
      ),
      product(
        'darjeeling-100',
        'TEA-DARJ-100',
        'Darjeeling first flush, 100 g',
        1_450,
        180,
        'Light, flowery black tea from the spring picking.',
      ),
      product(
        'rooibos-200',
        'TEA-ROOI-200',
        'Rooibos, 200 g',
        690,
        350,
        'From the Cederberg, free of caffeine.',
      ),
      product(
        'oolong-100',
        'TEA-OOLO-100',
        'Dong Ding oolong, 100 g',
        1_790,
        90,
        'Half-fermented and roasted, from Taiwan.',
      ),
    ],
  },
  {
    id: 'brewing',
    name: 'Brewing',
    products: [
      product('dripper-02', 'BRW-DRIP-02', 'Porcelain dripper, size 02', 2_450, 120, 'For one to four cups.'),
      product(
        'filter-02-100',
        'BRW-FILT-02',
        'Paper filters 02, 100 pieces',
        590,
        900,
        'Bleached with oxygen, fit the dripper 02.',
      ),
      product(
        'french-press-1000',
        'BRW-PRES-1000',
        'French press, 1 l',
        3_290,
        80,
        'Double-walled steel: stays hot for an hour.',
      ),
      product(
        'moka-6',
        'BRW-MOKA-6',
        'Moka pot, 6 cups',
        3_490,
        70,
        'Aluminium, for gas and electric stoves.',
      ),
      product(
        'gooseneck-kettle',
        'BRW-KETT-900',
        'Gooseneck kettle, 0.9 l',
        8_900,
        40,
        'Electric, holds the temperature to the degree.',
      ),
    ],
  },
  {
    id: 'grinders',
    name: 'Grinders',
    products: [
      product('hand-grinder', 'GRI-HAND-38', 'Hand grinder', 9_900, 60, 'Steel burrs of 38 mm, stepless.'),
      product(
        'grinder-brew',
        'GRI-BREW-54',
        'Electric grinder for filter coffee',
        18_900,
        25,
        'Conical burrs of 54 mm, 40 settings.',
      ),
      product(
        'grinder-espresso',
        'GRI-ESPR-64',
        'Electric grinder for espresso',
        42_900,
        12,
        'Flat burrs of 64 mm, doses by weight.',
      ),
    ],
  },
  {
    id: 'cups',
    name: 'Cups and glasses',
    products: [
      product(
        'espresso-cup',
        'CUP-ESPR-70',
        'Espresso cup, 70 ml',
        890,
        240,
        'Thick-walled porcelain, with saucer.',
      ),
      product(
        'cappuccino-cup',
        'CUP-CAPP-180',
        'Cappuccino cup, 180 ml',
        1_090,
        220,
        'Thick-walled porcelain, with saucer.',
      ),
      product(
        'tea-glass',
        'CUP-GLAS-300',
        'Double-walled glass, 300 ml',
        1_290,
        160,
        'Hot inside, cool outside.',
      ),
      product(
        'travel-mug',
        'CUP-TRAV-350',
        'Travel mug, 350 ml',
        2_790,
        110,
        'Leak-proof steel, four hours hot.',
      ),
    ],
  },
  {
    id: 'sweets',
    name: 'Chocolate and biscuits',
    products: [
      product(
        'dark-chocolate-70',
        'SWE-DARK-70',
        'Dark chocolate 70 %, 80 g',
        490,
        420,
        'Trinitario cocoa from Peru and cane sugar.',
      ),
      product(
        'sea-salt-chocolate',
        'SWE-SALT-80',
        'Milk chocolate with sea salt, 80 g',
        490,
        380,
        'With salt from the Guérande.',
      ),
      product(
        'cantuccini-200',
        'SWE-CANT-200',
        'Cantuccini, 200 g',
        650,
        260,
        'Baked twice, with whole almonds.',
      ),
      product(
        'limited-praline-box',
        'SWE-PRAL-12',
        'Praline box of the month',
        2_490,
        5,
        'Twelve pralines, made by hand. There are never many.',
      ),
    ],
  },
]
