import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { expect } from 'chai'

const moduleAt = (path: string): string => JSON.stringify(new URL(path, import.meta.url).href)

/** A program that talks until it is told to stop. */
const talkative = (stream: 'stdout' | 'stderr'): ChildProcess =>
  program(`
    const { runProgram } = await import(${moduleAt('program.ts')})
    const { once } = await import('node:events')
    await runProgram(async (signal) => {
      const talking = setInterval(() => process.${stream}.write('still here\\n'), 5)
      await once(signal, 'abort')
      clearInterval(talking)
    })`)

/** A tool that has more to say than anybody wants to read, and something to close afterwards. */
const longWinded = (): ChildProcess =>
  program(`
    const { runProgram } = await import(${moduleAt('program.ts')})
    const { outputTo } = await import(${moduleAt('../tools/output.ts')})
    await runProgram(async () => {
      const output = outputTo(process.stdout)
      try {
        for (;;) await output.line('x'.repeat(1_000))
      } finally {
        process.stderr.write('closed')
      }
    }, { failureCode: 2 })`)

const program = (code: string): ChildProcess =>
  spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '--eval', code], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })

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

  it('ends in order when whoever reads a long list has read enough: what it opened is closed, nobody is told of a failure', async () => {
    const child = longWinded()
    const ended = once(child, 'close')
    const { stdout, stderr } = child
    if (stdout === null || stderr === null) throw new Error('no pipe')
    let complaints = ''
    stderr.on('data', (chunk: Buffer) => {
      complaints += chunk.toString()
    })
    await once(stdout, 'data')
    stdout.destroy()
    expect(await ended).to.deep.equal([0, null])
    expect(complaints).to.equal('closed')
  })
})
