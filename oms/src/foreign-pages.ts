import { isIP } from 'node:net';
import { hostname } from 'node:os';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { OmsConfig } from './config.ts';
import { ApiError } from './errors.ts';

/**
 * Thrown when the request was sent to a name that is not known to be the OMS's. A page whose own name is made to point at
 * this address (DNS rebinding) is to a browser the same site as the OMS, and could read and do everything here.
 */
class HostNotAllowedError extends ApiError {
  override readonly name = 'HostNotAllowedError';
  constructor(host: string) {
    super({
      code: 'host-not-allowed',
      detail: `'${host.slice(0, 255)}' is not a name of this OMS; if it should be, start it with --web.allowed-host or FAULTLINE_OMS_WEB_ALLOWED_HOST`,
    });
  }
}

/** Thrown when a browser says that a page of another site asks for more than a look. */
class CrossOriginError extends ApiError {
  override readonly name = 'CrossOriginError';
  constructor() {
    super({ code: 'cross-origin', detail: 'a page of another site may not ask this of the OMS' });
  }
}

/**
 * Keeps pages of other sites in an operator's browser from using the OMS, which such a browser reaches also on loopback.
 * Programs send no `Origin`; by an address instead of a name no page can be rebound.
 */
export function refuseForeignPages(
  app: FastifyInstance,
  config: Pick<OmsConfig, 'allowedHosts' | 'externalUrl' | 'listen'>,
): void {
  const external = config.externalUrl === undefined ? [] : [new URL(config.externalUrl).hostname];
  const names = new Set(
    ['localhost', hostname(), config.listen.host, ...external, ...config.allowedHosts].map(normalized),
  );
  const isOurs = (host: string): boolean => {
    const name = nameOf(host);
    return name !== null && (isIP(name) !== 0 || names.has(name));
  };
  app.addHook('onRequest', (request, _reply, done) => {
    const { host } = request.headers;
    if (host !== undefined && !isOurs(host)) done(new HostNotAllowedError(host));
    else if (isForeign(request)) done(new CrossOriginError());
    else done();
  });
}

function isForeign({ method, headers }: FastifyRequest): boolean {
  if (method === 'GET' || method === 'HEAD') return false;
  const { origin, host } = headers;
  if (headers['sec-fetch-site'] === 'cross-site') return true;
  return origin !== undefined && (!URL.canParse(origin) || new URL(origin).host !== withoutDefaultPort(host ?? ''));
}

/** The name or address in a Host header, without its port; null where it is none. */
function nameOf(host: string): string | null {
  const [, bracketed, plain] = /^(?:\[([0-9A-Fa-f:.]+)\]|([^:[\]/\s]+))(?::\d*)?$/.exec(host) ?? [];
  const name = bracketed ?? plain;
  return name === undefined ? null : normalized(name);
}

const normalized = (name: string): string => name.toLowerCase().replace(/\.$/, '');

/** As `URL.host` gives it, for either scheme: a proxy in front may speak TLS. */
const withoutDefaultPort = (host: string): string => host.toLowerCase().replace(/:(80|443)$/, '');
