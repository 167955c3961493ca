import type { FastifyRequest } from 'fastify'
import type { CommandContext } from '../commands/context.ts'
import type { Caller } from './plugins/authentication.ts'
import { callerOf } from './plugins/authentication.ts'

/** On whose behalf, and because of which request, a command is sent. */
export const commandContext = (request: FastifyRequest): CommandContext => ({
  actor: actorOf(callerOf(request)),
  correlationId: request.correlationId,
  causationId: request.id,
  commandId: request.commandId,
  traceparent: request.traceparent,
})

const actorOf = ({ kind, id, roles }: Caller): CommandContext['actor'] => {
  if (kind === 'service') return { kind, id }
  return { kind: roles.every((role) => role === 'customer') ? 'customer' : 'staff', id }
}
