import { expect } from 'chai'
import { pino } from 'pino'
import type { ShopDatabase } from '../testing/shop-database.ts'
import { createShopDatabase } from '../testing/shop-database.ts'
import { startRevocations } from './revocations.ts'
import type { ServiceAccount } from './service-accounts.ts'
import {
  authenticateService,
  createServiceAccount,
  listServiceAccounts,
  revokeServiceAccount,
  ServiceNameTakenError,
} from './service-accounts.ts'

describe('service accounts', () => {
  let shop: ShopDatabase
  const billing: ServiceAccount = {
    id: 'service-billing',
    name: 'billing',
    scopes: ['orders:read:any'],
    createdAt: new Date('2025-11-21T09:00:00.000Z'),
  }

  before(async () => {
    shop = await createShopDatabase()
  })
  after(() => shop.stop())

  it('are known by their secret alone, until they are revoked', async () => {
    const secret = await createServiceAccount(shop.pool, billing)
    const known = (candidate: string): Promise<ServiceAccount | undefined> =>
      authenticateService(shop.pool, { id: billing.id, secret: candidate })

    expect(await known(secret)).to.deep.equal(billing)
    expect(await known('wrong')).to.equal(undefined)
    expect(await known('')).to.equal(undefined)
    expect(await authenticateService(shop.pool, { id: 'nobody', secret })).to.equal(undefined)
    expect(await listServiceAccounts(shop.pool)).to.deep.equal([billing])

    const now = new Date()
    expect(await revokeServiceAccount(shop.pool, billing.id, now)).to.be.true
    expect(await revokeServiceAccount(shop.pool, billing.id, now)).to.be.false
    expect(await known(secret)).to.equal(undefined)
    expect(await listServiceAccounts(shop.pool)).to.deep.equal([])
  })

  it('lose the tokens that they have where they are revoked', async () => {
    const id = 'service-stock'
    await createServiceAccount(shop.pool, { ...billing, id, name: 'stock' })
    const revocations = await startRevocations({ pool: shop.pool, logger: pino({ level: 'silent' }) })
    try {
      const now = new Date()
      const before = new Date(now.getTime() - 1)
      expect(revocations.isRevoked(id, before)).to.be.false
      await revokeServiceAccount(shop.pool, id, now)
      await revocations.refresh()

      expect(revocations.isRevoked(id, before)).to.be.true
      expect(revocations.isRevoked(id, now)).to.be.false
      expect(revocations.isRevoked('another', before)).to.be.false
    } finally {
      await revocations.stop()
    }
  })

  it('have a name of their own, and keep no secret in clear', async () => {
    const secret = await createServiceAccount(shop.pool, { ...billing, id: 'service-a', name: 'unique' })
    const error: unknown = await createServiceAccount(shop.pool, {
      ...billing,
      id: 'service-b',
      name: 'unique',
    }).catch((reason: unknown) => reason)

    expect(error).to.be.instanceOf(ServiceNameTakenError)
    const { rows } = await shop.pool.query<{ row: string }>(
      'select s::text as row from shop.service_accounts s',
    )
    expect(rows.map(({ row }) => row).join()).to.not.contain(secret)
  })
})
