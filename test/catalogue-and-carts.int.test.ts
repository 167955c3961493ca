import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect } from 'chai'
import { temporaryDataDir } from './support/orderstream.ts'
import { startShop } from './support/running-shop.ts'

describe('docs/catalogue-and-carts.md', () => {
  it('shows commands that do what it says', async function () {
    this.timeout(120_000)
    const page = await readFile(new URL('../docs/catalogue-and-carts.md', import.meta.url), 'utf8')
    const blocks = [...page.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, block = '']) => block)
    const data = await temporaryDataDir()
    const folder = await mkdtemp(join(tmpdir(), 'orderstream-docs-'))
    const shop = await startShop(join(data.path, '..'))
    try {
      const script = ['set -euo pipefail', ...blocks].join('\n')
      const { stdout } = await promisify(execFile)('bash', ['-c', script], {
        cwd: folder,
        env: { ...process.env, API: shop.url },
      })
      const lines = stdout.split('\n').map((line) => line.trim())
      // the price before and after its change, the type of the image, the order that came of the cart
      for (const line of ['[ 890, 990 ]', 'image/png', "[ 'NEVER' ]", "[ 'Sencha, 100 g 2' ]", 'paid']) {
        expect(lines).to.include(line)
      }
    } finally {
      await shop.stop()
      await data.remove()
      await rm(folder, { recursive: true, force: true })
    }
  })
})
