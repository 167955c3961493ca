import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client'
import { sameSecret } from './same-secret.ts'

export { Counter, Gauge, Histogram }

/** All that one process counts and measures. It is made once, at start; each room adds what is its own. */
export type Metrics = Registry

/** A registry that knows the process itself: processor time, memory, event loop, garbage collection. */
export const createMetrics = (): Metrics => {
  const metrics = new Registry()
  collectDefaultMetrics({ register: metrics })
  return metrics
}

export interface Sample {
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}

/** A gauge whose values follow from a reading. */
export interface Measurement<Reading> {
  readonly name: string
  readonly help: string
  readonly labelNames: readonly string[]
  readonly samples: (reading: Reading) => readonly Sample[]
}

/**
 * Gauges that are read when somebody asks, all of them from one reading. Where that fails they have no value, which is what
 * is known of them, and the rest of the metrics is there all the same.
 */
export const measure = <Reading>(
  metrics: Metrics,
  read: () => Promise<Reading>,
  measurements: readonly Measurement<Reading>[],
  onError: (error: unknown) => void,
): void => {
  let reading: Promise<Reading | undefined> | undefined
  const readOnce = (): Promise<Reading | undefined> => {
    reading ??= read()
      .catch((error: unknown) => {
        onError(error)
        return undefined
      })
      .finally(() => {
        reading = undefined
      })
    return reading
  }
  for (const { name, help, labelNames, samples } of measurements) {
    const gauge = new Gauge({
      ...{ name, help, labelNames: [...labelNames], registers: [metrics] },
      collect: async () => {
        const current = await readOnce()
        gauge.reset()
        // without labels a gauge that was reset says 0
        if (current === undefined) gauge.remove({})
        else for (const { labels, value } of samples(current)) gauge.set(labels, value)
      },
    })
  }
}

/** Who may read `/metrics`: what a shop sells an hour is nobody else's business. */
export type MetricsAccess =
  /** Whoever reaches the port: only where that is this machine alone. */
  | { readonly kind: 'open' }
  /** Who brings this bearer token. */
  | { readonly kind: 'token'; readonly token: string }
  /** Nobody: no token was configured. */
  | { readonly kind: 'closed' }

/** Whether a request with this `Authorization` may read them. */
export const mayReadMetrics = (access: MetricsAccess, authorization: string | undefined): boolean => {
  switch (access.kind) {
    case 'open':
      return true
    case 'closed':
      return false
    case 'token': {
      const [, given] = /^bearer (.+)$/i.exec(authorization ?? '') ?? []
      return given !== undefined && sameSecret(given, access.token)
    }
  }
}
