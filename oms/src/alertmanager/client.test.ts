import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { RequestListener } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { BadSettingError } from '@faultline/program';
import { pino } from 'pino';
import { authorizationOf } from '../outgoing/credentials.ts';
import { createTelemetry } from '../telemetry.ts';
import { FakeAlertmanager } from '../testing/fake-alertmanager.ts';
import { Alertmanager } from './alertmanager.ts';
import { AlertmanagerClient, type AlertmanagerClientOptions } from './client.ts';
import { readAuthorization } from './credentials.ts';

const json = (body: unknown): RequestListener => {
  return (_request, response) => response.end(typeof body === 'string' ? body : JSON.stringify(body));
};
const ALERT = {
  ...{ fingerprint: 'aaaa', labels: { alertname: 'X' }, annotations: {} },
  ...{ startsAt: '2026-01-01T00:00:00.000Z', endsAt: '2026-01-01T01:00:00.000Z' },
  status: { state: 'active', silencedBy: [], inhibitedBy: [] },
};

describe('an Alertmanager that is asked', () => {
  let fake: FakeAlertmanager;
  let folder: string;
  const telemetry = createTelemetry();
  beforeEach(async () => {
    fake = await FakeAlertmanager.start();
    folder = mkdtempSync(join(tmpdir(), 'faultline-am-'));
  });
  afterEach(async () => {
    await fake.stop();
    rmSync(folder, { recursive: true });
  });

  function alertmanager(more: Partial<AlertmanagerClientOptions> = {}, timeoutMs = 5000): Alertmanager {
    const { url } = fake;
    const client = new AlertmanagerClient({ url, receiver: undefined, credentials: null, ...more });
    return new Alertmanager(client, url, { now: () => 7, log: pino({ level: 'silent' }), telemetry, timeoutMs });
  }
  const never = new AbortController().signal;
  const secret = (content: string): string => {
    const file = join(folder, 'secret');
    writeFileSync(file, content);
    return file;
  };

  it('says what it has and for how long it is up, and that it is well', async () => {
    fake.alerts = [{ ...ALERT, updatedAt: ALERT.startsAt, receivers: [] }];
    const one = alertmanager();
    const listing = await one.list(never);
    expect(listing?.alerts).toMatchObject([{ fingerprint: 'aaaa' }]);
    expect(listing?.upForMs).toBeGreaterThan(86_000_000);
    expect(one.status).toEqual({ url: fake.url, asked: { at: 7, error: null }, sent: { at: null, error: null } });
  });

  it('is asked for one receiver by its name, whatever is in that', async () => {
    await alertmanager({ receiver: 'team.a|b' }).list(never);
    expect(fake.asked[0]).toBe('GET /api/v2/alerts?receiver=team%5C.a%5C%7Cb');
  });

  it.each<[string, RequestListener, string, string]>([
    [
      'an error',
      (_, response) => response.writeHead(500).end('oops\n\u001b[2J'),
      'http-status',
      '500 to /api/v2/alerts: oops',
    ],
    ['a refusal', (_, response) => response.writeHead(401).end(), 'http-status', 'it answered 401'],
    ['a redirect', (_, response) => response.writeHead(302, { location: '/else' }).end(), 'unreachable', 'redirect'],
    ['a page', json('<html>'), 'not-json', 'is not JSON'],
    ['nothing', json(''), 'not-json', 'is not JSON'],
    ['an object', json({ status: 'success', data: [] }), 'unexpected-answer', 'not what its API says: all of it'],
    ['null', json('null'), 'unexpected-answer', 'not what its API says'],
    ['a number for a label', json([{ ...ALERT, labels: { a: 1 } }]), 'unexpected-answer', '/0/labels/a'],
    ['no fingerprint', json([{ ...ALERT, fingerprint: undefined }]), 'unexpected-answer', '/0'],
    ['a hostile fingerprint', json([{ ...ALERT, fingerprint: "' or 1=1" }]), 'unexpected-answer', '/0/fingerprint'],
    ['no status', json([{ ...ALERT, status: 'active' }]), 'unexpected-answer', '/0/status'],
    [
      'a hostile silence',
      json([{ ...ALERT, status: { ...ALERT.status, silencedBy: ['\u0000'] } }]),
      ...(['unexpected-answer', '/0/status/silencedBy'] as const),
    ],
    ['words for a time', json([{ ...ALERT, startsAt: 'now' }]), 'unexpected-answer', '/0/startsAt'],
    ['too many', json(Array.from({ length: 20_001 }, () => 1)), 'unexpected-answer', '20001 alerts'],
    ['too much', (_, response) => response.end(`[${' '.repeat(200_000)}]`), 'body-too-large', 'more than 100000 bytes'],
    ['a list, and no status of its own', json([]), 'unexpected-answer', '/api/v2/status'],
    [
      'half an answer',
      (_, response) => response.writeHead(200, { 'content-length': 99 }).write('[', () => response.destroy()),
      ...(['unreachable', 'terminated'] as const),
    ],
  ])('that answers with %s is said to be unwell, and says nothing of any alert', async (_what, answer, code, words) => {
    fake.answer = answer;
    const one = alertmanager({ bodyLimitBytes: 100_000 });
    expect(await one.list(never)).toBeNull();
    expect(one.status.asked).toEqual({ at: null, error: expect.stringContaining(words) });
    expect(one.status.asked.error).not.toContain('\u001b');
    const counted = await telemetry.registry.getSingleMetricAsString('faultline_oms_alertmanager_calls_total');
    expect(counted).toContain(`url="${fake.url}",call="asked",outcome="${code}"`);
  });

  it('that does not answer in time is not waited for, and one that is not there is told of', async () => {
    fake.answer = () => undefined;
    const slow = alertmanager({}, 100);
    expect(await slow.list(never)).toBeNull();
    expect(slow.status.asked.error).toBe('not done within 100 ms');
    expect(await slow.send([], never)).toBe(false);
    const left = await FakeAlertmanager.start();
    await left.stop();
    const gone = alertmanager({ url: left.url });
    expect([await gone.list(never), await gone.send([], never)]).toEqual([null, false]);
    expect(gone.status).toMatchObject({
      asked: { error: expect.stringContaining('ECONNREFUSED') },
      sent: { error: expect.stringContaining('ECONNREFUSED') },
    });
  });

  it('is left at once when the OMS stops, which is no failure of it', async () => {
    const stopping = new AbortController();
    const arrived = new Promise<void>((resolve) => {
      fake.answer = () => {
        resolve();
      };
    });
    const one = alertmanager();
    const asking = one.list(stopping.signal);
    await arrived;
    stopping.abort(new Error('stop'));
    expect([await asking, one.status.asked.error]).toEqual([null, null]);
  });

  it('is given what the file holds at that moment', async () => {
    const file = secret('t0p\n');
    const one = alertmanager({ credentials: { scheme: 'Bearer', file, flag: '--alertmanager.bearer-token-file' } });
    await one.send([], never);
    secret('renewed');
    await one.send([], never);
    expect(fake.posts.map(({ authorization }) => authorization)).toEqual(['Bearer t0p', 'Bearer renewed']);
    secret('two\nlines');
    expect(await one.send([], never)).toBe(false);
    expect(one.status.sent.error).toBe(`--alertmanager.bearer-token-file: ${file} holds no token in one line`);
    rmSync(file);
    expect(await one.send([], never)).toBe(false);
    expect(one.status.sent.error).toContain('ENOENT');
    expect(fake.posts).toHaveLength(2);
  });
});

describe('the credentials for Alertmanager', () => {
  it.each([
    ['Bearer', ' abc.def\n', 'Bearer abc.def'],
    ['Bearer', '', undefined],
    ['Bearer', 'a b', undefined],
    ['Bearer', 'a\nb', undefined],
    ['Basic', 'ana:s3cret:x\n', `Basic ${Buffer.from('ana:s3cret:x').toString('base64')}`],
    ['Basic', 'ana', undefined],
    ['Basic', ':x', undefined],
    ['Basic', 'ana:x\nbob:y', undefined],
  ] as const)('of scheme %s in %j are %j', (scheme, content, header) => {
    expect(authorizationOf(scheme, content)).toBe(header);
  });

  it('are no setting where they cannot be used, and nobody is told what they are', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'faultline-am-'));
    const file = join(folder, 'pair');
    const read = () => readAuthorization({ scheme: 'Basic', file, flag: '--alertmanager.basic-auth-file' });
    await expect(read()).rejects.toThrow(BadSettingError);
    await expect(read()).rejects.toThrow('--alertmanager.basic-auth-file: ENOENT');
    writeFileSync(file, 's3cret');
    const message = `--alertmanager.basic-auth-file: ${file} holds no USER:PASSWORD in one line`;
    await expect(read()).rejects.toMatchObject({ code: 'bad-setting', message });
    rmSync(folder, { recursive: true });
  });
});
