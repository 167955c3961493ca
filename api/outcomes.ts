import type { FastifyReply } from 'fastify'
import type { Outcome } from '../commands/outcome.ts'
import { formatPosition } from '../projections/positions.ts'
import { ProblemError } from './problems.ts'

/**
 * The aggregate after an accepted command; its position goes into the answer.
 * @throws ProblemError for a refused one
 */
export const stateAfter = <State, Rejection extends { readonly type: string }>(
  outcome: Outcome<State, unknown, Rejection>,
  reply: Pick<FastifyReply, 'header'>,
  toProblem: (rejection: Rejection) => ProblemError = refused,
): State => {
  if (!outcome.accepted) throw toProblem(outcome.rejection)
  if (outcome.position !== undefined) reply.header('position', formatPosition(outcome.position))
  return outcome.state
}

/** The domain's refusal as it stands: its `type` and what belongs to it. */
export const refused = (rejection: { readonly type: string }): ProblemError =>
  new ProblemError('command-rejected', { members: { rejection } })
