import type { Writable } from 'node:stream'
import { isatty } from 'node:tty'
import { pino } from 'pino'
import type { Logger } from 'pino'
import { build as pretty } from 'pino-pretty'

export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const
export type LogLevel = (typeof LOG_LEVELS)[number]
export type LogFormat = 'pretty' | 'json'

export interface LoggerOptions {
  readonly level: LogLevel
  readonly format: LogFormat
  /** Standard output where none is given. */
  readonly destination?: Writable
}

/** What must never reach a log, wherever an object that holds it is passed to one. */
const SECRETS = ['password', 'accessToken', 'refreshToken', 'authorization', 'cookie', 'privateKey', 'secret']

const redactedPaths = SECRETS.flatMap((key) => [key, `*.${key}`, `*.*.${key}`, `*.headers.${key}`])

/**
 * The process's logger: one JSON object a line, or the same in words for a person at a terminal.
 * Each room takes a child with its `room`, so that lines can be told apart.
 */
export const createLogger = ({ level, format, destination = process.stdout }: LoggerOptions): Logger =>
  pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { err: withoutConnection },
      redact: { paths: redactedPaths, censor: '[redacted]' },
    },
    format === 'json'
      ? destination
      : pretty({
          colorize: destination === process.stdout && isatty(1),
          destination,
          translateTime: 'SYS:HH:MM:ss.l',
          ignore: 'room',
          messageFormat: prefixRoom,
        }),
  )

/** pg hangs the whole connection, hundreds of fields with its settings, on an error that reaches a pool. */
const withoutConnection = (error: Error): Record<string, unknown> => {
  const serialised: Record<string, unknown> = { ...pino.stdSerializers.err(error) }
  delete serialised['client']
  return serialised
}

const prefixRoom = (log: Record<string, unknown>, messageKey: string): string => {
  const message = log[messageKey]
  const text = typeof message === 'string' ? message : ''
  return typeof log['room'] === 'string' ? `${log['room']}: ${text}` : text
}
