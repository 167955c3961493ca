import { Writable } from 'node:stream'
import { expect } from 'chai'
import { createLogger } from './logger.ts'
import type { LogFormat, LogLevel } from './logger.ts'

const capture = (
  format: LogFormat,
  level: LogLevel = 'info',
): { lines: string[]; logger: ReturnType<typeof createLogger> } => {
  const lines: string[] = []
  const destination = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      lines.push(chunk.toString())
      done()
    },
  })
  return { lines, logger: createLogger({ level, format, destination }) }
}

describe('logger', () => {
  it('writes one JSON object a line, with level and time in words', () => {
    const { lines, logger } = capture('json')
    logger.child({ room: 'api' }).info({ orderId: '7' }, 'placed')
    expect(lines).to.have.length(1)
    const { time, ...rest } = JSON.parse(lines[0] ?? '') as Record<string, unknown>
    expect(rest).to.deep.equal({ level: 'info', room: 'api', orderId: '7', msg: 'placed' })
    expect(time).to.match(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
  })

  it('leaves out what is below its level', () => {
    const { lines, logger } = capture('json', 'warn')
    logger.info('placed')
    logger.warn('slow')
    expect(lines).to.have.length(1)
  })

  it('never writes a secret, however deep in what it is given', () => {
    const { lines, logger } = capture('json')
    logger.info({
      password: 'pass-word',
      body: { password: 'pass-word', refreshToken: 'pass-word' },
      req: { headers: { authorization: 'pass-word', cookie: 'pass-word' } },
    })
    expect(lines.join('')).not.to.contain('pass-word')
    expect(lines.join('')).to.contain('[redacted]')
  })

  it('tells of an error, and not of the connection that pg hangs on it', () => {
    const { lines, logger } = capture('json')
    const error = Object.assign(new Error('lost'), { code: '57P01', client: { user: 'somebody' } })
    logger.warn({ err: error }, 'an idle connection was lost')
    const { err } = JSON.parse(lines[0] ?? '') as { err: Record<string, unknown> }
    expect(err).to.deep.include({ type: 'Error', message: 'lost', code: '57P01' })
    expect(err['stack']).to.contain('logger.test.ts')
    expect(err).not.to.have.property('client')
  })

  it('writes for people: the room and the message in one line', () => {
    const { lines, logger } = capture('pretty')
    logger.child({ room: 'api' }).info('placed')
    expect(lines.join('')).to.match(/^\[\d\d:\d\d:\d\d\.\d{3}\] INFO: api: placed\n$/)
  })
})
