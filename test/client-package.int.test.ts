import { execFile } from 'node:child_process'
import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect } from 'chai'
import { temporaryDataDir } from './support/orderstream.ts'
import { startShop, type RunningShop } from './support/running-shop.ts'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const TSC = join(ROOT, 'node_modules/typescript/bin/tsc')

/** As strict as a shop front may be; the types of the package are checked as well. */
const STRICT = [
  ...['--strict', '--noUncheckedIndexedAccess', '--exactOptionalPropertyTypes', '--skipLibCheck', 'false'],
  ...['--target', 'es2023', '--lib', 'es2023,dom,dom.iterable,dom.asynciterable', '--module', 'nodenext'],
]

describe('the package of the client', function () {
  this.timeout(180_000)
  let folder: string
  let data: Awaited<ReturnType<typeof temporaryDataDir>>
  let shop: RunningShop

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'orderstream-client-'))
    data = await temporaryDataDir()
    const [started] = await Promise.all([startShop(dirname(data.path)), install()])
    shop = started
  })
  after(async () => {
    await shop.stop()
    await data.remove()
    await rm(folder, { recursive: true, force: true })
  })

  const run = async (program: string, ...parameters: readonly string[]): Promise<string> =>
    (await promisify(execFile)(program, [...parameters], { cwd: folder })).stdout

  /** As `npm run build:client` does, elsewhere; what it needs comes from the disk: tests need no network. */
  const install = async (): Promise<void> => {
    const built = join(folder, 'built')
    await run(process.execPath, TSC, '--project', join(ROOT, 'tsconfig.client.json'), '--outDir', built)
    for (const file of ['package.json', 'README.md'])
      await copyFile(join(ROOT, 'client', file), join(built, 'client', file))
    const needed = ['openapi-fetch', 'openapi-typescript-helpers'].map((name) =>
      join(ROOT, 'node_modules', name),
    )
    const packed = await run('npm', 'pack', '--silent', '--ignore-scripts', join(built, 'client'), ...needed)
    await writeFile(join(folder, 'package.json'), '{ "private": true, "type": "module" }')
    const tarballs = packed.trim().split('\n')
    expect(tarballs[0]).to.match(/^orderstream-client-\d+\.\d+\.\d+\.tgz$/)
    const quietly = ['--offline', '--no-audit', '--no-fund', '--ignore-scripts']
    await run('npm', 'install', ...quietly, ...tarballs.map((name) => `./${name}`))
  }

  /** TypeScript of a page, for the shop that runs here. */
  const examplesOf = async (page: string): Promise<string> => {
    const text = await readFile(join(ROOT, page), 'utf8')
    const blocks = [...text.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(([, block = '']) => block)
    expect(blocks, page).to.not.be.empty
    return blocks.join('\n').replaceAll('http://127.0.0.1:3000', new URL(shop.url).origin)
  }
  const compile = async (name: string, text: string): Promise<void> => {
    await writeFile(join(folder, `${name}.ts`), text)
    await run(process.execPath, TSC, ...STRICT, `${name}.ts`)
  }

  it('has nothing in it but the client and its types, and needs one package', async () => {
    const installed = join(folder, 'node_modules', 'orderstream-client')
    const files = (await run('find', installed, '-type', 'f', '-printf', '%P\n')).trim().split('\n')
    for (const file of files) expect(file).to.match(/^[a-z-]+\.(js|d\.ts)$|^package\.json$|^README\.md$/)
    expect(files).to.include.members(['index.js', 'index.d.ts', 'follow.js', 'schema.d.ts'])
    const { dependencies } = JSON.parse(await readFile(join(ROOT, 'client/package.json'), 'utf8')) as {
      readonly dependencies: Readonly<Record<string, string>>
    }
    const { dependencies: own } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8')) as {
      readonly dependencies: Readonly<Record<string, string>>
    }
    expect(dependencies).to.deep.equal({ 'openapi-fetch': own['openapi-fetch'] })
  })

  it('does in an empty folder what its README says', async () => {
    await compile('shop-front', await examplesOf('client/README.md'))
    const lines = (await run(process.execPath, 'shop-front.js')).trim().split('\n')
    expect(lines).to.deep.equal(['true', 'OrderPlaced placed', 'OrderReserved reserved', 'OrderPaid paid'])
  })

  it('does what the page of the API says', async () => {
    await compile('products', await examplesOf('docs/api.md'))
    expect(await run(process.execPath, 'products.js')).to.match(/^[1-5] undefined 200\n$/)
  })

  it('does not compile a call that the API does not know', async () => {
    const before = `import { createClient } from 'orderstream-client'\nconst api = createClient({ baseUrl: '' })\n`
    const wrong = {
      'an address': `await api.GET('/api/v1/nowhere')`,
      'a method': `await api.DELETE('/api/v1/orders')`,
      'a member of a body': `await api.POST('/api/v1/auth/login', { body: { email: 1, password: '' } })`,
      'a member of an answer': `export const wrong = (await api.GET('/api/v1/products')).data?.products`,
      'a missing parameter': `await api.GET('/api/v1/orders/{id}')`,
    }
    for (const [what, call] of Object.entries(wrong)) {
      const failure = await compile('wrong', `${before}${call}\n`).then(
        () => undefined,
        (error: unknown) => (error as { readonly stdout: string }).stdout,
      )
      expect(failure, what).to.match(/^wrong\.ts\(3,\d+\): error TS/)
    }
  })
})
