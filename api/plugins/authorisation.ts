import type { FastifyInstance } from 'fastify'
import { ProblemError } from '../problems.ts'
import type { Access } from '../routing.ts'
import type { Caller } from './authentication.ts'
import { callerOf, challenge } from './authentication.ts'

/**
 * Lets a request through to its route only where the route's `access` says so. A route that declares no access is refused
 * at start.
 */
export const authorisation = (app: FastifyInstance): void => {
  app.addHook('onRequest', (request, _reply, done) => {
    const { access } = request.routeOptions.config
    if (request.is404 || access === 'public') {
      done()
      return
    }
    if (request.authenticationProblem !== undefined) throw request.authenticationProblem
    if (access === 'anybody') {
      done()
      return
    }
    if (access === undefined || !allows(access, callerOf(request))) throw forbidden(access)
    done()
  })

  app.addHook('onReady', (done) => {
    const undeclared = app.routeTable.find((route) => route.config?.access === undefined)
    done(undeclared && new Error(`The route ${undeclared.url} does not declare who may call it`))
  })
}

const allows = (access: Access, { scopes }: Caller): boolean =>
  typeof access === 'string' || scopes.has(access.scope)

const forbidden = (access: Access | undefined): ProblemError =>
  typeof access === 'object'
    ? new ProblemError('forbidden', {
        detail: `This needs the scope ${access.scope}`,
        headers: challenge(`error="insufficient_scope", scope="${access.scope}"`),
      })
    : new ProblemError('forbidden')
