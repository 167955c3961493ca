import type { Logger } from 'pino'
import type { Config } from '../../platform/config.ts'
import { DEMO_EMAILS, DEMO_PASSWORD } from '../demo-shop.ts'
import type { Role } from './arguments.ts'
import type { Server } from './servers.ts'

export interface Running {
  readonly version: string
  readonly config: Config
  readonly roles: ReadonlySet<Role>
  readonly eventStore: Server
  /** For example `http://127.0.0.1:3000`; undefined where this instance has no API. */
  readonly api?: string
  /** Where this instance answers for its health instead. */
  readonly health?: string
}

/** Tells a person where to go on from here; and the log, where nobody is to be expected. */
export const announce = (running: Running, logger: Logger): void => {
  const { version, roles, api, health } = running
  if (running.eventStore.embeddedPort === undefined) {
    logger.info({ version, roles: [...roles], url: api ?? health }, 'ready')
    return
  }
  process.stdout.write(`${summary(running)}\n`)
}

export const summary = ({ version, config, eventStore, api, health }: Running): string => {
  const rows: (readonly [string, string])[] = []
  if (api !== undefined) rows.push(['API', `${api}/api/v1`], ['API docs', `${api}/docs`])
  if (health !== undefined) rows.push(['Health', `${health}/health/ready`])
  if (eventStore.embeddedPort !== undefined) {
    rows.push(['Event browser', `http://127.0.0.1:${eventStore.embeddedPort}/web`])
  }
  if (api !== undefined && config.demo === 'local' && config.mail.kind === 'folder') {
    rows.push(['Mails', `${api}/inbox`])
  }
  if (config.demo !== 'off') {
    rows.push(['Demo accounts', DEMO_EMAILS.join(', ')], ['Password', DEMO_PASSWORD])
  }
  rows.push(['Data', config.dataDir])
  const width = Math.max(...rows.map(([name]) => name.length))
  return [
    '',
    `Orderstream ${version} is ready. Ctrl-C stops it.`,
    '',
    ...rows.map(([name, value]) => `  ${name.padEnd(width)}  ${value}`),
    '',
    'The embedded event store node is for development and tests: in production, use an EventStoreDB cluster.',
    '',
  ].join('\n')
}
