import { Validator } from '@seriousme/openapi-schema-validator';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { FastifyInstance, RouteOptions } from 'fastify';
import type { OmsContext } from '../context.ts';
import { createServer } from '../server.ts';
import { testContext } from '../testing/context.ts';

interface Operation {
  summary?: string;
  tags?: string[];
  security?: Record<string, string[]>[];
  responses: Record<string, { content?: Record<string, unknown> }>;
}
interface Document {
  openapi: string;
  tags: { name: string }[];
  paths: Record<string, Record<string, Operation>>;
}

describe('the description of the API', () => {
  const routes: RouteOptions[] = [];
  let context: OmsContext;
  let app: FastifyInstance;
  let document: Document;
  beforeAll(async () => {
    context = await testContext();
    app = await createServer(context, { onRoute: (route) => void routes.push(route) });
    document = (await app.inject('/api/v1/openapi.json')).json<Document>();
  });
  afterAll(async () => {
    await app.close();
    await context.db.destroy();
  });

  it('is an OpenAPI 3.1 document, by its schema', async () => {
    expect(document.openapi).toMatch(/^3\.1\./);
    expect(await new Validator().validate({ ...structuredClone(document) })).toEqual({ valid: true });
  });

  it('has every route but those of the pages', () => {
    const described = Object.entries(document.paths).flatMap(([path, operations]) =>
      Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`),
    );
    const registered = routes
      .filter(({ method, schema }) => method !== 'HEAD' && schema?.hide !== true)
      .map(({ method, url }) => `${String(method)} ${url.replace(/:(\w+)/g, '{$1}')}`);
    expect(described.sort()).toEqual(registered.sort());
    const hidden = routes.filter(({ method, schema }) => method === 'GET' && schema?.hide === true);
    expect(hidden.map(({ url }) => url).filter((url) => !/^\/(\*$|public\/|api\/docs)/.test(url))).toEqual([]);
    expect(described.length).toBeGreaterThan(8);
  });

  it('says of each what it is for, what it answers, what may go wrong and what token it takes', () => {
    const tags = document.tags.map(({ name }) => name);
    for (const [path, operations] of Object.entries(document.paths)) {
      for (const [method, { summary, tags: own = [], security, responses }] of Object.entries(operations)) {
        const route = routes.find(
          (each) => each.url.replace(/:(\w+)/g, '{$1}') === path && each.method === method.toUpperCase(),
        );
        const access = route?.config?.access;
        const told = {
          path,
          summary: (summary ?? '') !== '',
          isTagged: own.length === 1 && tags.includes(own[0] ?? ''),
        };
        expect(told).toEqual({ path, summary: true, isTagged: true });
        expect({ path, security }).toEqual({ path, security: access === 'none' ? [] : [{ token: [access] }] });
        const codes = Object.keys(responses);
        expect({ path, codes }).toEqual({ path, codes: expect.arrayContaining(['4XX', '5XX']) });
        expect({ path, isAnswered: codes.some((code) => code.startsWith('2')) }).toEqual({ path, isAnswered: true });
        expect(Object.keys(responses['4XX']?.content ?? {})).toEqual(['application/problem+json']);
      }
    }
  });

  it('is read on a page that asks nobody else for anything', async () => {
    const page = await app.inject('/api/docs');
    expect(page.headers['content-type']).toBe('text/html; charset=utf-8');
    const asked = [...page.body.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, url = '']) => url);
    expect(asked).toEqual([
      'data:,',
      ...['swagger-ui.css', 'swagger-ui-bundle.js', 'start.js'].map((it) => `/api/docs/${it}`),
    ]);
    for (const url of asked.slice(1)) {
      const answer = await app.inject(url);
      expect([url, answer.statusCode]).toEqual([url, 200]);
    }
    expect((await app.inject('/api/docs/../package.json')).statusCode).toBe(404);
  });
});
