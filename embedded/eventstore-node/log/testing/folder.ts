import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'

/** An empty folder of the test's own, removed after it. Call it within `describe`. */
export function useFolder(): () => string {
  let folder = ''
  beforeEach(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'eventstore-node-'))
  })
  afterEach(() => {
    fs.rmSync(folder, { recursive: true, force: true })
  })
  return () => folder
}
