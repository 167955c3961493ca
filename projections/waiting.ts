import type { Pool } from 'pg'
import type { Logger } from 'pino'
import type { Position } from '../eventstore/types.ts'
import { isAfter } from './member.ts'
import { ordersProjection } from './orders/projection.ts'
import { settledAmong } from './orders/settled.ts'
import { followProgress } from './progress-listener.ts'
import type { Progress } from './progress.ts'
import type { Projection } from './projection.ts'
import { allProjections } from './projections.ts'
import { readSchemaOf } from './read-schema.ts'

export interface Waiting {
  /**
   * Resolves with true once queries of that read model show everything up to `position`, with false after `timeoutMs`.
   * @throws TypeError where there is no such read model
   */
  untilPosition(projection: string, position: Position, timeoutMs: number): Promise<boolean>
  /** Resolves with true once the order is paid (or further), cancelled or expired, with false after `timeoutMs`. */
  untilSettled(orderId: string, timeoutMs: number): Promise<boolean>
  /** Ends every waiting with false. */
  stop(): Promise<void>
}

export interface WaitingOptions {
  /** One of its connections is kept for listening. */
  readonly pool: Pool
  readonly logger: Logger
  readonly projections?: readonly Projection[]
  /** How often to look where notifications don't come. Default 500 ms. */
  readonly pollMs?: number
}

/** Resolves a promise that somebody waits for; after the first time nothing. */
type Answer = (reached: boolean) => void

/**
 * Waits for read models, for any number of requests at a time: one connection listens for all of them, and a commit costs one
 * query for all orders that somebody waits for.
 */
export const createWaiting = (options: WaitingOptions): Waiting => {
  const { pool, logger, projections = allProjections, pollMs = 500 } = options
  const schemas = new Map(projections.map((projection) => [projection.name, readSchemaOf(projection)]))
  const ordersSchema = readSchemaOf(ordersProjection)
  const reached = new Map<string, Position>()
  const forPositions = new Map<Answer, { schema: string; position: Position }>()
  const forOrders = new Map<Answer, string>()
  let checking = false
  let checkAgain = false

  const isReached = ({ schema, position }: { schema: string; position: Position }): boolean => {
    const at = reached.get(schema)
    return at !== undefined && !isAfter(position, at)
  }

  const onProgress = (progress: readonly Progress[]): void => {
    for (const { readSchemas, position } of progress) {
      for (const schema of readSchemas)
        if (isAfter(position, reached.get(schema))) reached.set(schema, position)
    }
    for (const [answer, target] of forPositions) if (isReached(target)) answer(true)
    if (progress.some(({ readSchemas }) => readSchemas.includes(ordersSchema))) checkOrders()
  }

  /** One query at a time, however many ask for it meanwhile. */
  const checkOrders = (): void => {
    checkAgain = true
    if (checking || forOrders.size === 0) return
    checking = true
    void (async () => {
      while (checkAgain && forOrders.size > 0) {
        checkAgain = false
        try {
          const settled = new Set(await settledAmong(pool, [...new Set(forOrders.values())]))
          for (const [answer, orderId] of forOrders) if (settled.has(orderId)) answer(true)
        } catch (error) {
          // those who wait are asked for again at the next commit or poll, and time out at the latest
          logger.warn({ err: error }, 'orders that are waited for can not be read at the moment')
        }
      }
      checking = false
    })()
  }

  const wait = <Target>(waiters: Map<Answer, Target>, target: Target, timeoutMs: number): Promise<boolean> =>
    new Promise((resolve) => {
      const answer: Answer = (isSo) => {
        clearTimeout(timer)
        waiters.delete(answer)
        resolve(isSo)
      }
      const timer = setTimeout(answer, timeoutMs, false)
      waiters.set(answer, target)
    })

  const listener = followProgress({
    ...{ pool, logger, pollMs, onProgress },
    isNeeded: () => forPositions.size + forOrders.size > 0,
  })

  return {
    untilPosition: async (projection, position, timeoutMs) => {
      const schema = schemas.get(projection)
      if (schema === undefined) throw new TypeError(`There is no read model ${projection}`)
      const target = { schema, position }
      return isReached(target) || wait(forPositions, target, timeoutMs)
    },
    untilSettled: (orderId, timeoutMs) => {
      const answer = wait(forOrders, orderId, timeoutMs)
      checkOrders()
      return answer
    },
    stop: async () => {
      await listener.stop()
      for (const answer of [...forPositions.keys(), ...forOrders.keys()]) answer(false)
    },
  }
}
