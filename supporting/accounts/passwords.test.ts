import { parseOptions } from '@node-rs/argon2'
import { expect } from 'chai'
import { createPasswords, DEFAULT_PASSWORD_COST } from './passwords.ts'

describe('passwords', () => {
  it('are hashed with argon2id at the recommended cost and with a salt of their own', async () => {
    const passwords = await createPasswords()
    const [one, other] = [await passwords.hash('correct horse'), await passwords.hash('correct horse')]

    expect(one).to.match(/^\$argon2id\$v=19\$/)
    expect(one).to.not.equal(other)
    expect(parseOptions(one)).to.include({
      memoryCost: DEFAULT_PASSWORD_COST.memoryKiB,
      timeCost: DEFAULT_PASSWORD_COST.passes,
      parallelism: 1,
    })
  })

  it('match what was hashed and nothing else', async () => {
    const passwords = await createPasswords({ memoryKiB: 64, passes: 1 })
    const hash = await passwords.hash('correct horse')

    expect(await passwords.matches('correct horse', hash)).to.be.true
    expect(await passwords.matches('Correct horse', hash)).to.be.false
    expect(await passwords.matches('', hash)).to.be.false
  })

  it('match however their accents were typed', async () => {
    const passwords = await createPasswords({ memoryKiB: 64, passes: 1 })

    expect(await passwords.matches('cafe\u0301', await passwords.hash('caf\u00e9'))).to.be.true
  })

  it('never match where there is no account', async () => {
    const passwords = await createPasswords({ memoryKiB: 64, passes: 1 })

    expect(await passwords.matches('anything', undefined)).to.be.false
  })
})
