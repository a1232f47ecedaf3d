import { afterEach, describe, expect, it } from '@jest/globals';
import { HttpTargetGroups, type OmsStatus } from '@faultline/contracts';
import type { FastifyInstance } from 'fastify';
import { Value } from 'typebox/value';
import type { OmsContext } from '../context.ts';
import { createServer } from '../server.ts';
import { testConfig, testContext } from '../testing/context.ts';
import { targetGroups } from './targets.ts';

const HV1 = 'http://hv1.example.org:9177/metrics';
const HV2 = 'https://hv2.example.org/exporter/metrics?collect[]=host&collect[]=cycle';
const heard = (url: string, host: string | null): OmsStatus['hosts'][number] => ({
  ...{ url, host, lastCycle: host === null ? null : 1, error: null },
});

describe('GET /api/v1/prometheus/targets', () => {
  let context: OmsContext;
  let app: FastifyInstance;
  async function serve(args: string[], more: Partial<OmsContext> = {}): Promise<void> {
    context = await testContext({ config: testConfig(...args), now: () => 10_000, ...more });
    app = await createServer(context);
  }
  afterEach(async () => {
    await app.close();
    await context.db.destroy();
  });
  async function targets(): Promise<HttpTargetGroups> {
    const answer = await app.inject('/api/v1/prometheus/targets');
    // What Prometheus takes: exactly 200, and this content type.
    expect([answer.statusCode, answer.headers['content-type']]).toEqual([200, 'application/json; charset=utf-8']);
    const groups = answer.json<HttpTargetGroups>();
    expect([...Value.Errors(HttpTargetGroups, groups)]).toEqual([]);
    return groups;
  }

  it('names the exporters that are configured, with their hosts as far as they have told them', async () => {
    await serve(['--scrape.url', HV1, '--scrape.url', HV2], { hosts: () => [heard(HV1, 'hv1'), heard(HV2, null)] });
    expect(await targets()).toEqual([
      {
        targets: ['hv1.example.org:9177'],
        labels: {
          ...{ __scheme__: 'http', __metrics_path__: '/metrics' },
          ...{ __meta_faultline_host: 'hv1', __meta_faultline_isolated: 'false' },
        },
      },
      {
        targets: ['hv2.example.org:443'],
        labels: { __scheme__: 'https', __metrics_path__: '/exporter/metrics' },
      },
    ]);
  });

  it('says which hosts are isolated', async () => {
    await serve(['--scrape.url', HV1], { hosts: () => [heard(HV1, 'hv1')] });
    const isolation = { method: 'PUT', url: '/api/v1/hosts/hv1/isolation' } as const;
    await app.inject({ ...isolation, payload: { by: 'ana', why: 'its memory fails' } });
    expect((await targets())[0]?.labels.__meta_faultline_isolated).toBe('true');
  });

  it('is an empty list where no exporter is read', async () => {
    await serve([]);
    expect(await targets()).toEqual([]);
  });

  it('takes a token where nobody is heard without one, and then says so', async () => {
    await serve(['--scrape.url', HV1, '--web.anonymous-access', 'none']);
    const answer = await app.inject('/api/v1/prometheus/targets');
    expect([answer.statusCode, answer.json<{ code: string }>().code]).toEqual([401, 'unauthorized']);
  });
});

describe('the target of an exporter', () => {
  it.each([
    ['http://127.0.0.1:9177/metrics', '127.0.0.1:9177', 'http', '/metrics'],
    ['http://[2001:db8::1]:9177/metrics', '[2001:db8::1]:9177', 'http', '/metrics'],
    ['http://hv1/', 'hv1:80', 'http', '/'],
    ['https://HV1.Example.org:443/m%20x', 'hv1.example.org:443', 'https', '/m%20x'],
  ])('at %s is %s', (url, target, scheme, path) => {
    expect(targetGroups([{ url, host: null }], [])).toEqual([
      { targets: [target], labels: { __scheme__: scheme, __metrics_path__: path } },
    ]);
  });
});
