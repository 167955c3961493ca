import { randomUUID } from 'node:crypto'
import type { ProposedEvent, RecordedEvent } from '../types.ts'

export function event(data: unknown = {}, id: string = randomUUID()): ProposedEvent {
  return {
    id,
    type: 'Tested',
    contentType: 'application/json',
    data: Buffer.from(JSON.stringify(data)),
    metadata: Buffer.alloc(0),
  }
}

export const metadata = (value: unknown): ProposedEvent => ({ ...event(value), type: '$metadata' })

export const textOf = ({ data }: RecordedEvent): string => Buffer.from(data).toString('utf8')
