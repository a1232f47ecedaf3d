import type { FastifyInstance } from 'fastify';

/**
 * Who may use a route. `none`: anyone, without saying who it is. `read`: who may look at records. `report`: who may send what
 * was seen. `operate`: who may have VMs acted upon and decide for others.
 */
const ACCESSES = ['none', 'read', 'report', 'operate'] as const;
export type Access = (typeof ACCESSES)[number];

declare module 'fastify' {
  interface FastifyContextConfig {
    access?: Access;
    /** The answer is a stream: it is not counted among the requests that a caller has under way. */
    isEndless?: true;
  }
}

/** Thrown while the server is put together: a route that does not say who may use it would be open to everyone. */
export class AccessUndeclaredError extends Error {
  override readonly name = 'AccessUndeclaredError';
  readonly code = 'access-undeclared';
  constructor(route: string) {
    super(`${route} does not say who may use it; its config needs access: ${ACCESSES.join(', ')}`);
  }
}

/** From here on every route of `app` must say in its `config` who may use it. @throws AccessUndeclaredError when one does not */
export function declareAccess(app: FastifyInstance): void {
  app.addHook('onRoute', ({ method, url, config }) => {
    if (config?.access === undefined) throw new AccessUndeclaredError(`${[method].flat().join(', ')} ${url}`);
  });
}
