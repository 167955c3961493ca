import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

const EVENT_STORE_IMAGE = 'eventstore/eventstore:24.10'
const POSTGRES_IMAGE = 'postgres:18'

let answer: Promise<boolean> | undefined

/** Whether tests run against containers: `TEST_CONTAINERS=1` asks for it and a Docker engine answers. */
export const wanted = (): Promise<boolean> => {
  answer ??= process.env['TEST_CONTAINERS'] === '1' ? dockerAnswers() : Promise.resolve(false)
  return answer
}

const dockerAnswers = async (): Promise<boolean> => {
  try {
    await promisify(execFile)('docker', ['info'], { timeout: 10_000 })
    return true
  } catch {
    // not installed, or no engine behind it
    return false
  }
}

let eventStore: Promise<string> | undefined

/** Connection string of an EventStoreDB that all callers in this process share; testcontainers removes it at the end. */
export const eventStoreUrl = (): Promise<string> => {
  eventStore ??= startEventStore()
  return eventStore
}

const startEventStore = async (): Promise<string> => {
  const { GenericContainer, Wait } = await import('testcontainers')
  const container = await new GenericContainer(EVENT_STORE_IMAGE)
    .withEnvironment({
      EVENTSTORE_INSECURE: 'true',
      EVENTSTORE_MEM_DB: 'true',
      EVENTSTORE_RUN_PROJECTIONS: 'None',
    })
    .withExposedPorts(2113)
    .withWaitStrategy(Wait.forHttp('/health/live', 2113).forStatusCode(204))
    .start()
  return `esdb://${container.getHost()}:${container.getMappedPort(2113)}?tls=false`
}

let postgres: Promise<string> | undefined

/** URL of a Postgres that all callers in this process share; testcontainers removes it at the end. */
export const postgresUrl = (): Promise<string> => {
  postgres ??= startPostgres()
  return postgres
}

const startPostgres = async (): Promise<string> => {
  const { PostgreSqlContainer } = await import('@testcontainers/postgresql')
  const container = await new PostgreSqlContainer(POSTGRES_IMAGE).start()
  return container.getConnectionUri()
}
