import type { Revocations } from '../../supporting/accounts/revocations.ts'
import type { Carts } from '../../supporting/carts/carts.ts'
import { createSessions } from '../../supporting/accounts/sessions.ts'
import { createSignInGuard } from '../../supporting/accounts/sign-in-guard.ts'
import type { ApiDeps } from '../deps.ts'
import type { SignAccessToken } from '../plugins/authentication.ts'
import type { Routes } from '../routing.ts'
import { authRoutes } from './auth.ts'
import { serviceAccountRoutes } from './service-accounts.ts'
import { serviceTokenRoutes } from './service-tokens.ts'
import { userRoutes } from './users.ts'

export interface AccountRoutesDeps extends ApiDeps {
  readonly carts: Pick<Carts, 'merge' | 'clear'>
  readonly revocations: Revocations
  readonly signAccessToken: SignAccessToken
  readonly accessTokenSeconds: number
}

/** Everything about accounts: of people and of services. */
export const accountRoutes = (app: Routes, deps: AccountRoutesDeps): void => {
  const { pool, keyValue, passwords, links, clock } = deps
  const guard = createSignInGuard(keyValue)
  authRoutes(app, {
    ...deps,
    guard,
    sessions: createSessions(keyValue),
    registration: { db: pool, store: keyValue, passwords, links, now: () => clock.now() },
  })
  userRoutes(app, { ...deps, guard })
  serviceAccountRoutes(app, deps)
  // a scope of its own: only the token endpoint takes forms
  app.register((forms: Routes, _options, done) => {
    serviceTokenRoutes(forms, deps)
    done()
  })
}
