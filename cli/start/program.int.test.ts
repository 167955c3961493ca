import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { expect } from 'chai'

/** A program that talks until it is told to stop. */
const talkative = (stream: 'stdout' | 'stderr'): ChildProcess => {
  const program = new URL('program.ts', import.meta.url).href
  const code = `
    const { runProgram } = await import(${JSON.stringify(program)})
    const { once } = await import('node:events')
    await runProgram(async (signal) => {
      const talking = setInterval(() => process.${stream}.write('still here\\n'), 5)
      await once(signal, 'abort')
      clearInterval(talking)
    })`
  return spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '--eval', code], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
}

describe('a program', () => {
  for (const stream of ['stdout', 'stderr'] as const) {
    it(`ends in order when whoever read its ${stream} has gone`, async () => {
      const child = talkative(stream)
      const ended = once(child, 'close')
      const output = child[stream]
      if (output === null) throw new Error('no pipe')
      await once(output, 'data')
      output.destroy()
      expect(await ended).to.deep.equal([0, null])
    })
  }
})
