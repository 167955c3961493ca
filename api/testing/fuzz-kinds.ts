import { PASSWORD } from './shop-api.ts'

/** What an `id` in an address is of. */
const IDS_IN: readonly (readonly [RegExp, string])[] = [
  [/\/products\//, 'product'],
  [/\/categories\//, 'category'],
  [/\/images\//, 'image'],
  [/\/orders\//, 'order'],
  [/\/payments\//, 'payment'],
  [/\/(users|customers)\//, 'account'],
  [/\/service-accounts\//, 'service'],
  [/\/dead-letters\//, 'deadLetter'],
  [/\/docs\/static\//, 'page'],
]

/** What parameters and members of these names are of, wherever they stand. */
const OF_NAME: Readonly<Record<string, string>> = {
  ...{ orderId: 'order', productId: 'product', sku: 'sku', skus: 'sku', imageId: 'image' },
  ...{ categoryId: 'category', parentId: 'category', category: 'category', slug: 'category' },
  ...{ customerId: 'account', ids: 'account', email: 'email', password: 'password' },
  ...{ currentPassword: 'password', client_id: 'service', client_secret: 'serviceSecret' },
  ...{ refreshToken: 'refreshToken', 'cart-token': 'cartToken', paymentMethodId: 'paymentMethod' },
  ...{ 'if-match': 'etag', country: 'country', provider: 'provider', currency: 'currency' },
}

/** Kinds of which there are always the same. */
export const FIXED: Readonly<Record<string, readonly string[]>> = {
  paymentMethod: ['sim_approve', 'sim_decline', 'sim_webhook_approve', 'sim_fail_refund', 'wallet'],
  ...{ etag: ['"0"', '"1"', '"2"', '"1.abc"', '"5"'], country: ['DE'], currency: ['EUR'] },
  page: ['swagger-ui.css', 'swagger-ui-bundle.js', 'logo.svg'],
  ...{ provider: ['simulator'], password: [PASSWORD] },
}

/** Which kind of thing a parameter or a member names; undefined where it names none. */
export const kindOf = (path: string, name: string): string | undefined => {
  if (name === 'cursor') return cursorOf(path)
  if (path.endsWith('/preauth') && name === 'orderId') return 'unpaid'
  // what is made has a name of its own
  if (path.endsWith('/products') && name === 'sku') return undefined
  return name === 'id' ? IDS_IN.find(([pattern]) => pattern.test(path))?.[1] : OF_NAME[name]
}

/** Pages go on where another one of the same list has ended. */
export const cursorOf = (path: string): string => `cursor of ${path}`
