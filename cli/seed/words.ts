/** A category of the seeded shop: what its things are called, and from how many cents to how many they cost. */
export interface Shelf {
  readonly id: string
  readonly name: string
  readonly things: readonly [string, ...string[]]
  readonly cheapest: number
  readonly dearest: number
}

export interface Department {
  readonly id: string
  readonly name: string
  readonly shelves: readonly Shelf[]
}

interface Town {
  readonly city: string
  readonly postalCode: string
  readonly country: string
}

/** From a list with commas. */
const words = (list: string): readonly [string, ...string[]] => {
  const [first = '', ...others] = list.split(', ')
  return [first, ...others]
}

const shelf = (id: string, name: string, things: string, cheapest: number, dearest: number): Shelf => ({
  id,
  name,
  things: words(things),
  cheapest,
  dearest,
})

export const departments: readonly Department[] = [
  {
    id: 'kitchen',
    name: 'Kitchen',
    shelves: [
      shelf('kitchen-pans', 'Pots and pans', 'Saucepan, Frying pan, Wok, Casserole', 2_490, 18_900),
      shelf('kitchen-knives', 'Knives', "Chef's knife, Bread knife, Paring knife, Cleaver", 1_990, 24_900),
      shelf('kitchen-tableware', 'Tableware', 'Dinner plate, Bowl, Mug, Carafe, Tumbler', 590, 4_990),
      shelf('kitchen-coffee', 'Coffee and tea', 'Coffee grinder, Teapot, Dripper, Kettle', 1_290, 12_900),
    ],
  },
  {
    id: 'living',
    name: 'Living',
    shelves: [
      shelf('living-lamps', 'Lamps', 'Desk lamp, Floor lamp, Pendant, Wall light', 2_990, 34_900),
      shelf('living-textiles', 'Textiles', 'Cushion, Blanket, Rug, Curtain', 1_490, 29_900),
      shelf('living-storage', 'Storage', 'Basket, Box, Shelf, Coat rack', 990, 19_900),
      shelf('living-furniture', 'Furniture', 'Stool, Side table, Chair, Bench', 4_990, 59_900),
    ],
  },
  {
    id: 'garden',
    name: 'Garden',
    shelves: [
      shelf('garden-tools', 'Garden tools', 'Spade, Rake, Secateurs, Watering can', 990, 8_900),
      shelf('garden-plants', 'Pots and seeds', 'Planter, Seed tray, Herb set, Trellis', 390, 6_900),
      shelf('garden-outdoor', 'Outdoors', 'Lantern, Fire bowl, Parasol, Hammock', 1_990, 24_900),
    ],
  },
  {
    id: 'office',
    name: 'Office',
    shelves: [
      shelf('office-paper', 'Paper', 'Notebook, Sketchbook, Planner, Letter set', 490, 3_490),
      shelf('office-pens', 'Writing', 'Fountain pen, Pencil, Ballpoint, Ink', 290, 14_900),
      shelf('office-desk', 'Desk', 'Tray, Organiser, Bookend, Desk pad', 890, 9_900),
    ],
  },
  {
    id: 'travel',
    name: 'Travel',
    shelves: [
      shelf('travel-bags', 'Bags', 'Rucksack, Tote, Weekender, Belt bag', 2_490, 32_900),
      shelf('travel-small', 'Small things', 'Wallet, Key ring, Wash bag, Passport case', 990, 9_900),
      shelf('travel-bottles', 'Bottles', 'Flask, Water bottle, Lunch box', 1_290, 4_990),
    ],
  },
]

export const MATERIALS = words(
  'oak, walnut, beech, ash, cork, linen, wool, cotton, felt, leather, steel, brass, copper, ' +
    'iron, enamel, glass, stoneware, porcelain',
)

export const SERIES = words(
  'Alder, Birk, Carme, Dune, Elm, Fjord, Gable, Harbour, Isle, Juno, Kestrel, Lark, Moor, Nord, ' +
    'Orla, Pine, Quarry, Reed, Skerry, Tarn, Umber, Vale',
)

export const COLOURS = words('natural, black, white, sand, moss, slate, rust, ink, ochre, clay')

export const FIRST_NAMES = words(
  'Anna, Ben, Clara, David, Emma, Felix, Greta, Hannes, Ida, Jonas, Käthe, Lukas, Marie, Noah, ' +
    'Olga, Paul, Rosa, Samir, Tilda, Yusuf, Zoë, Léa',
)

export const LAST_NAMES = words(
  'Becker, Dubois, Fischer, Gruber, Hofmann, Jansen, Keller, Lang, Moreau, Nowak, Öztürk, ' +
    'Peters, Richter, Schmidt, Thomas, Vogel, Weber, Zimmermann',
)

export const STREETS = words('Hauptstraße, Gartenweg, Lindenallee, Rue de la Paix, Marktplatz, Am Bach')

export const TOWNS: readonly [Town, ...Town[]] = [
  { city: 'Berlin', postalCode: '10115', country: 'DE' },
  { city: 'Hamburg', postalCode: '20095', country: 'DE' },
  { city: 'Köln', postalCode: '50667', country: 'DE' },
  { city: 'München', postalCode: '80331', country: 'DE' },
  { city: 'Leipzig', postalCode: '04109', country: 'DE' },
  { city: 'Wien', postalCode: '1010', country: 'AT' },
  { city: 'Lyon', postalCode: '69001', country: 'FR' },
  { city: 'Utrecht', postalCode: '3511', country: 'NL' },
]

export const CARRIERS = words('DHL, DPD, Hermes, UPS')
