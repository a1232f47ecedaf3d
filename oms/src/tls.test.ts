import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { get } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TLSSocket } from 'node:tls';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { BadSettingError } from '@faultline/program';
import { pino } from 'pino';
import { readConfig } from './config.ts';
import { startOms, type Oms } from './oms.ts';
import { createServer } from './server.ts';
import { testConfig, testContext, WITHOUT_THREADS } from './testing/context.ts';
import { readTls, renewTls, TlsUnusableError } from './tls.ts';
import { runTokenCommand } from './tokens/index.ts';

let folder: string;
const at = (name: string): string => join(folder, name);
const closers: (() => unknown)[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'faultline-tls-'));
  certify('first');
  certify('second');
});
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
  rmSync(folder, { recursive: true, force: true });
});

/** Makes `NAME.pem` and `NAME.key`, self-signed for the common name NAME. */
function certify(name: string): void {
  const files = ['-keyout', at(`${name}.key`), '-out', at(`${name}.pem`)];
  const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
  execFileSync('openssl', ['req', '-x509', ...kind, '-subj', `/CN=${name}`, ...files], { stdio: 'ignore' });
}
const tlsOf = (name: string): string[] => ['--web.tls-cert', at(`${name}.pem`), '--web.tls-key', at(`${name}.key`)];

/** The status of an answer and whose certificate it came with. */
function ask(url: string, headers: Record<string, string> = {}): Promise<{ status: number | undefined; name: string }> {
  return new Promise((resolve, reject) => {
    const request = get(url, { rejectUnauthorized: false, headers, agent: false }, (response) => {
      const { socket }: { socket: unknown } = response;
      const name = socket instanceof TLSSocket ? socket.getPeerCertificate().subject.CN : undefined;
      response.resume();
      resolve({ status: response.statusCode, name: String(name) });
    });
    request.once('error', reject);
  });
}

describe('an OMS with a certificate', () => {
  async function start(...args: string[]): Promise<Oms> {
    const oms = await startOms(
      readConfig([...WITHOUT_THREADS, '--data.dir', at('data'), ...args], {}),
      pino({ level: 'silent' }),
    );
    closers.push(oms.close);
    return oms;
  }
  async function makeToken(): Promise<string> {
    let text = '';
    const how = { act: 'create', name: 'ana', role: 'read', expiresAfterMs: undefined, replace: false } as const;
    await runTokenCommand(
      { ...how, location: at('data/faultline.db'), dataDir: at('data') },
      { out: (token) => (text += token), err: () => undefined },
    );
    return text.trim();
  }

  it('speaks HTTPS, and lets in who has a token that is made and revoked while it runs', async () => {
    const { url } = await start(
      '--web.listen-address',
      '127.0.0.1:0',
      '--web.anonymous-access',
      'none',
      ...tlsOf('first'),
    );
    expect(url).toMatch(/^https:/);
    expect(await ask(`${url}/api/v1/vms`)).toEqual({ status: 401, name: 'first' });
    const authorization = `Bearer ${await makeToken()}`;
    expect(await ask(`${url}/api/v1/vms`, { authorization })).toMatchObject({ status: 200 });
    await runTokenCommand(
      { act: 'revoke', name: 'ana', location: at('data/faultline.db'), dataDir: undefined },
      { out: () => undefined, err: () => undefined },
    );
    expect(await ask(`${url}/api/v1/vms`, { authorization })).toMatchObject({ status: 401 });
  });

  it('does not start for other machines before there is a token, and leaves the data folder free', async () => {
    const everywhere = start('--web.listen-address', '0.0.0.0:0', ...tlsOf('first'));
    await expect(everywhere).rejects.toThrow(BadSettingError);
    await expect(everywhere).rejects.toThrow('there is no token: faultline-oms token create makes one');
    await makeToken();
    await start('--web.listen-address', '127.0.0.1:0', ...tlsOf('first'));
  });

  it.each<[string, () => string[], RegExp]>([
    ['is not there', () => tlsOf('none'), /none\.pem with .*none\.key: ENOENT/],
    ['is of another key', () => [...tlsOf('first').slice(0, 3), at('second.key')], /key values mismatch/],
    ['is none', () => ['--web.tls-cert', at('text'), '--web.tls-key', at('first.key')], /text with/],
  ])('does not start when the certificate %s', async (_what, args, message) => {
    writeFileSync(at('text'), 'no certificate');
    const refused = start('--web.listen-address', '127.0.0.1:0', ...args());
    await expect(refused).rejects.toThrow(TlsUnusableError);
    await expect(refused).rejects.toThrow(message);
  });

  it('goes on with a renewed one, and with the old one where the new one cannot be used', async () => {
    copyFileSync(at('first.pem'), at('now.pem'));
    copyFileSync(at('first.key'), at('now.key'));
    const files = { cert: at('now.pem'), key: at('now.key') };
    expect(() => readTls(files)).not.toThrow();
    const told: string[] = [];
    const log = pino({ level: 'info' }, { write: (line: string) => void told.push(line) });
    const context = await testContext({ config: testConfig(...tlsOf('first')), log });
    closers.push(() => context.db.destroy());
    const app = await createServer(context);
    closers.push(() => app.close());
    closers.push(renewTls(app.server, files, log, 10));
    const url = await app.listen({ host: '127.0.0.1', port: 0 });
    const nameOf = async (): Promise<string> => (await ask(`${url}/-/healthy`)).name;
    const until = async (line: string): Promise<void> => {
      while (!told.some((each) => each.includes(line))) await new Promise((resolve) => setTimeout(resolve, 5));
    };
    expect(await nameOf()).toBe('first');
    writeFileSync(files.cert, 'nonsense');
    await until('the renewed certificate cannot be used');
    expect(await nameOf()).toBe('first');
    copyFileSync(at('second.key'), files.key);
    copyFileSync(at('second.pem'), files.cert);
    await until('the certificate was read again');
    expect(await nameOf()).toBe('second');
  });
});
