import type { FastifyInstance, RouteOptions } from 'fastify'

declare module 'fastify' {
  interface FastifyInstance {
    /** Every route there is, those that the document hides and those of its own pages among them. */
    readonly routeTable: readonly RouteOptions[]
  }
}

/** Keeps a list of all routes. It is to be registered before them. */
export const routeTable = (app: FastifyInstance): void => {
  const routes: RouteOptions[] = []
  app.decorate('routeTable', routes)
  app.addHook('onRoute', (route) => {
    routes.push(route)
  })
}
