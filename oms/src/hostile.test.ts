import { afterEach, beforeEach, expect, it, jest } from '@jest/globals';
import { Problem } from '@faultline/contracts';
import type { FastifyInstance, InjectOptions, RouteOptions } from 'fastify';
import type { TSchema } from 'typebox';
import { Value } from 'typebox/value';
import type { OmsContext } from './context.ts';
import { createServer } from './server.ts';
import { testContext } from './testing/context.ts';
import { onEachEngine } from './testing/engines.ts';
import { attemptsOn, textsFor } from './testing/hostile.ts';
import { rowsOf } from './testing/rows.ts';

// Some thousand requests each.
jest.setTimeout(120_000);

interface Schemas {
  body?: TSchema;
  params?: TSchema;
  querystring?: TSchema;
}

onEachEngine('hostile input, in every field of every route,', (engine) => {
  const routes: RouteOptions[] = [];
  let context: OmsContext;
  let app: FastifyInstance;
  beforeEach(async () => {
    routes.length = 0;
    context = await testContext({ db: await engine.open() });
    app = await createServer(context, { onRoute: (route) => void routes.push(route) });
    await app.ready();
  });
  afterEach(async () => {
    await app.close();
    await context.db.destroy();
  });

  /** Every row, as it was after the last request that was not refused. */
  let before: Record<string, string[]>;
  /** Beside those of the audit: that somebody asked for an act on what there is not is written down. */
  async function rows(): Promise<Record<string, string[]>> {
    return { ...(await rowsOf(context.db)), audit: [] };
  }
  const schemasOf = ({ schema }: RouteOptions): Schemas => (schema ?? {}) as Schemas;
  const urlOf = (url: string, name = '', text = ''): string =>
    url.replace(/:(\w+)/g, (_all, each: string) => (each === name ? encodeURIComponent(text) : 'x1'));

  /** That the answer is a problem of the sender's, in the form of every problem, and that its code is in the catalogue. */
  async function refused(asked: InjectOptions, attempt: object, mayBeTaken: boolean): Promise<void> {
    const answer = await app.inject(asked);
    if (mayBeTaken && answer.statusCode < 400) {
      before = await rows();
      return;
    }
    const body: unknown = String(answer.headers['content-type']).startsWith('application/problem+json')
      ? answer.json()
      : answer.body.slice(0, 200);
    const told = { ...attempt, status: answer.statusCode, isProblem: Value.Check(Problem, body) };
    if (told.status >= 500 || told.status < 400 || !told.isProblem) expect({ ...told, body }).toBe('refused');
  }

  it('is refused with a code, and changes nothing: bodies', async () => {
    before = await rows();
    let count = 0;
    for (const route of routes) {
      const { body } = schemasOf(route);
      if (body === undefined) continue;
      const url = urlOf(route.url);
      for (const { field, what, body: payload, mayBeTaken } of attemptsOn(body)) {
        count += 1;
        const headers = { 'content-type': 'application/json' };
        const asked = { method: String(route.method) as 'POST', url, headers, payload };
        await refused(asked, { url, field, what, payload: payload.slice(0, 300) }, mayBeTaken);
      }
    }
    process.stdout.write(`${count} hostile bodies on ${engine.name}\n`);
    expect(count).toBeGreaterThan(500);
    expect(await rows()).toEqual(before);
  });

  it('is refused with a code, and changes nothing: addresses', async () => {
    before = await rows();
    let count = 0;
    for (const route of routes) {
      const { params, querystring } = schemasOf(route);
      if (route.method === 'HEAD') continue;
      const method = String(route.method) as 'GET' | 'POST';
      const payload = method === 'GET' ? {} : { payload: {} };
      for (const { field, what, text, mayBeTaken } of params === undefined ? [] : textsFor(params)) {
        count += 1;
        await refused({ method, url: urlOf(route.url, field, text), ...payload }, { field, what, text }, mayBeTaken);
      }
      for (const { field, what, text, mayBeTaken } of querystring === undefined ? [] : textsFor(querystring)) {
        count += 1;
        const asked = { method, url: urlOf(route.url), query: { [field]: text }, ...payload };
        await refused(asked, { url: route.url, field, what, text }, mayBeTaken);
      }
      if (querystring !== undefined) {
        await refused({ method, url: urlOf(route.url), query: { nobodyKnowsThis: '1' } }, { url: route.url }, false);
      }
    }
    process.stdout.write(`${count} hostile addresses on ${engine.name}\n`);
    expect(count).toBeGreaterThan(50);
    expect(await rows()).toEqual(before);
  });
});
