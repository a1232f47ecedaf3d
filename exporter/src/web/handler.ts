import type { IncomingHttpHeaders, IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { Http2ServerRequest, Http2ServerResponse } from 'node:http2';
import type { Logger } from 'pino';
import { messageOf } from '../cycle/link.ts';
import { takesGzip, takesText } from './accept.ts';
import { RequestError } from './errors.ts';
import type { Exposition } from './exposition.ts';
import { landingPage } from './landing.ts';
import { selectionOf } from './selection.ts';

const TEXT = 'text/plain; charset=utf-8';
const EXPOSITION = 'text/plain; version=0.0.4; charset=utf-8';
const METHODS = ['GET', 'HEAD'];
/** The longest part of a path that is repeated, in characters. */
const SHOWN_CHARACTERS = 200;

/** HTTP/1.1 and HTTP/2 through the same interface. */
export type Request = IncomingMessage | Http2ServerRequest;
export type Response = ServerResponse | Http2ServerResponse;
export type Handler = (request: Request, response: Response) => void;

interface Answer {
  status: number;
  headers: OutgoingHttpHeaders;
  body: readonly Buffer[];
}

export interface HandlerOptions {
  log: Logger;
  exposition: Exposition;
  telemetryPath: string;
  /** The collectors that run, and all there are. */
  collectors: { running: readonly string[]; known: readonly string[] };
  /** What every request must pass; throws a RequestError. */
  admit: (request: Request) => Promise<void>;
  /** What every answer carries. */
  headers: () => Readonly<Record<string, string>>;
}

function answer(status: number, type: string, text: string): Answer {
  return { status, headers: { 'content-type': type }, body: [Buffer.from(text)] };
}

/** Path and query of a request, whether it names the host or not. */
function targetOf(request: Request): { path: string; query: URLSearchParams } {
  const target = request.url ?? '';
  const [path = '', query = ''] = target.replace(/^https?:\/\/[^/?]*/i, '').split(/\?(.*)/s);
  return { path: path === '' ? '/' : path, query: new URLSearchParams(query) };
}

/** `/metrics`, which never waits for libvirt, the landing page, and the two health routes. */
export function createHandler(options: HandlerOptions): Handler {
  const { log, exposition, telemetryPath, collectors, admit } = options;

  const metrics = async (request: Request, query: URLSearchParams): Promise<Answer> => {
    const { accept, 'accept-encoding': encodings } = request.headers as IncomingHttpHeaders & {
      'accept-encoding'?: string;
    };
    if (!takesText(accept)) {
      throw new RequestError(406, {
        code: 'not-acceptable',
        message: `${telemetryPath} is ${EXPOSITION}`,
        field: 'accept',
      });
    }
    const selection = selectionOf(query, collectors);
    const headers = { 'content-type': EXPOSITION, vary: 'accept-encoding' };
    return takesGzip(encodings)
      ? {
          status: 200,
          headers: { ...headers, 'content-encoding': 'gzip' },
          body: [await exposition.gzip(selection)],
        }
      : { status: 200, headers, body: await exposition.text(selection) };
  };

  const route = async (request: Request): Promise<Answer> => {
    const { path, query } = targetOf(request);
    const method = request.method ?? '';
    const routes = new Map<string, () => Answer | Promise<Answer>>([
      ['/', () => answer(200, 'text/html; charset=utf-8', landingPage({ telemetryPath, collectors }))],
      ['/-/healthy', () => answer(200, TEXT, 'healthy\n')],
      [
        '/-/ready',
        () => {
          if (exposition.page !== null) return answer(200, TEXT, 'ready\n');
          throw new RequestError(503, { code: 'not-ready', message: 'the first collection cycle is not done yet' });
        },
      ],
      [telemetryPath, () => metrics(request, query)],
    ]);
    const found = routes.get(path);
    if (found === undefined) {
      const shown = (request.url ?? '').slice(0, SHOWN_CHARACTERS);
      throw new RequestError(404, { code: 'not-found', message: `there is no ${method} ${shown}` });
    }
    if (!METHODS.includes(method)) {
      const message = `${path} answers ${METHODS.join(' and ')} only`;
      throw new RequestError(405, { code: 'method-not-allowed', message }, { allow: METHODS.join(', ') });
    }
    return found();
  };

  const failed = (request: Request, error: unknown): Answer => {
    if (!(error instanceof RequestError)) {
      log.error({ url: request.url, error: messageOf(error) }, 'a request failed');
    }
    const { status, body, headers } =
      error instanceof RequestError ? error : new RequestError(500, { code: 'internal', message: messageOf(error) });
    const refusal = answer(status, 'application/json; charset=utf-8', JSON.stringify(body));
    return { ...refusal, headers: { ...refusal.headers, ...headers } };
  };

  const handle = async (request: Request, response: Response): Promise<void> => {
    let reply: Answer;
    try {
      await admit(request);
      reply = await route(request);
    } catch (error) {
      reply = failed(request, error);
    }
    send(request, response, { ...reply, headers: { ...options.headers(), ...reply.headers } });
  };

  return (request, response) => {
    // A body is not asked for; what comes of it is not kept.
    request.resume();
    handle(request, response).catch((error: unknown) => {
      log.error({ url: request.url, error: messageOf(error) }, 'a request could not be answered');
      response.destroy();
    });
  };
}

function send(request: Request, response: Response, { status, headers, body }: Answer): void {
  const length = body.reduce((sum, part) => sum + part.length, 0);
  // The two classes have the same methods, but TypeScript sees no common signature.
  const out = response as ServerResponse;
  out.writeHead(status, { ...headers, 'content-length': length });
  if (request.method !== 'HEAD') for (const part of body) out.write(part);
  out.end();
}
