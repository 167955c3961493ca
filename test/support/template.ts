import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { TEMPLATE_VARIABLE } from './copy-template.ts'
import { startShop } from './running-shop.ts'

// Before all tests one shop is opened and closed again. Tests that begin with a new demo shop, and do not look at how it comes about,
// get a copy of what it has left: half the time of a start.

export const mochaGlobalSetup = async (): Promise<void> => {
  const folder = await mkdtemp(join(tmpdir(), 'orderstream-template-'))
  await (await startShop(folder)).stop()
  process.env[TEMPLATE_VARIABLE] = folder
}

export const mochaGlobalTeardown = async (): Promise<void> => {
  const folder = process.env[TEMPLATE_VARIABLE]
  if (folder !== undefined) await rm(folder, { recursive: true, force: true })
}
