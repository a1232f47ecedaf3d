import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { USER_ROLES, type UserRole } from '@faultline/contracts';
import type { FastifyInstance, InjectOptions, RouteOptions } from 'fastify';
import { readConfig } from '../config.ts';
import type { OmsContext } from '../context.ts';
import { createServer } from '../server.ts';
import { testContext } from '../testing/context.ts';
import { rowsOf } from '../testing/rows.ts';
import { createToken, revokeToken } from '../tokens/index.ts';
import type { Access } from './declare.ts';

// Every route, seven times.
jest.setTimeout(60_000);

const ELSEWHERE = '192.0.2.7';
/** What stands for it in the table: let through to the route, not known, known and not allowed. */
const MARKS: Record<string, string> = { in: '✓', unauthorized: '401', forbidden: '403' };

/** Who may use a route of each access: written out here, so that a change of the rule is a change of this table. */
const EXPECTED: Record<Access, Record<string, string>> = {
  none: { read: '✓', report: '✓', operate: '✓', 'this machine': '✓', elsewhere: '✓', revoked: '✓', expired: '✓' },
  read: {
    read: '✓',
    report: '403',
    operate: '✓',
    'this machine': '✓',
    elsewhere: '401',
    revoked: '401',
    expired: '401',
  },
  report: {
    ...{ read: '403', report: '✓', operate: '✓', 'this machine': '401', elsewhere: '401' },
    ...{ revoked: '401', expired: '401' },
  },
  operate: {
    ...{ read: '403', report: '403', operate: '✓', 'this machine': '401', elsewhere: '401' },
    ...{ revoked: '401', expired: '401' },
  },
};

describe('every route of the OMS, asked by every role and by none', () => {
  const routes: RouteOptions[] = [];
  const callers: Record<string, InjectOptions> = { 'this machine': {}, elsewhere: { remoteAddress: ELSEWHERE } };
  let context: OmsContext;
  let app: FastifyInstance;
  beforeAll(async () => {
    context = await testContext({ config: readConfig(['--web.rate-limit', '1000000'], {}) });
    app = await createServer(context, { onRoute: (route) => void routes.push(route) });
    const by = { caller: { who: 'cli/root', role: 'operate' }, now: 0 } as const;
    const make = async (role: UserRole, name: string, expiresAfterMs?: number): Promise<InjectOptions> => {
      const { text } = await createToken(context.db, { name, role, expiresAfterMs, replace: false }, by);
      return { headers: { authorization: `Bearer ${text}` }, remoteAddress: ELSEWHERE };
    };
    for (const role of USER_ROLES) callers[role] = await make(role, role);
    callers['revoked'] = await make('operate', 'gone');
    await revokeToken(context.db, 'gone', by);
    callers['expired'] = await make('operate', 'old', 1);
  });
  afterAll(async () => {
    await app.close();
    await context.db.destroy();
  });

  /** Asks for something that no route does anything about: whoever is let in is refused for that. */
  async function outcome({ method, url, config }: RouteOptions, caller: InjectOptions): Promise<string> {
    const asked = {
      method: String(method) as 'GET',
      url: url.replace(/:\w+/g, '%20').replace('*', 'nothing.js'),
      ...(method === 'POST' || method === 'PUT' ? { payload: [] } : {}),
      ...caller,
    };
    // A stream begins and does not end: that it begins is the answer.
    const answer = await app.inject({ ...asked, query: config?.isEndless === true ? { nonsense: '1' } : {} });
    const isProblem = String(answer.headers['content-type']).startsWith('application/problem+json');
    const code = isProblem && method !== 'HEAD' ? answer.json<{ code: string }>().code : '';
    if (answer.statusCode === 401 || answer.statusCode === 403) {
      return { 401: MARKS['unauthorized'], 403: MARKS['forbidden'] }[answer.statusCode] ?? '';
    }
    expect({ url, statusCode: answer.statusCode, code }).not.toMatchObject({ statusCode: 500 });
    return MARKS['in'] ?? '';
  }

  it('lets in who may, and nobody else, and changes nothing for those it does not', async () => {
    const names = ['read', 'report', 'operate', 'this machine', 'elsewhere', 'revoked', 'expired'];
    const table: string[][] = [['ROUTE', 'FOR', ...names]];
    const before = await rowsOf(context.db);
    for (const route of routes) {
      const access = route.config?.access;
      expect(access).toBeDefined();
      if (access === undefined) continue;
      const outcomes: Record<string, string> = {};
      for (const name of names) outcomes[name] = await outcome(route, callers[name] ?? {});
      const title = `${String(route.method)} ${route.url}`;
      expect({ title, ...outcomes }).toEqual({ title, ...EXPECTED[access] });
      table.push([title, access, ...names.map((name) => outcomes[name] ?? '')]);
    }
    // That a token was used is written down.
    expect({ ...(await rowsOf(context.db)), tokens: [] }).toEqual({ ...before, tokens: [] });
    expect(table.length).toBeGreaterThan(20);
    const widths = table[0]?.map((_cell, column) => Math.max(...table.map((row) => row[column]?.length ?? 0))) ?? [];
    const lines = table.map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    );
    process.stdout.write(`\n${lines.join('\n')}\n\n`);
  });
});
