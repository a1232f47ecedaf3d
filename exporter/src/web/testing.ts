import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pino } from 'pino';
import { defineCollector, gauge } from '../collectors/collector.ts';
import { createHealth } from '../health.ts';
import { makePage, type Page } from '../page.ts';
import type { HostSnapshot } from '../snapshot.ts';
import { Exposition } from './exposition.ts';
import { startWeb, type Web, type WebOptions } from './server.ts';

/** The page of a host without domains, for tests of how it is served. */
export function pageOf(number: number, names: readonly string[]): Page {
  const lane = { ok: true, durationMs: 1 };
  const snapshot: HostSnapshot = {
    host: { name: 'nc1', libvirtVersion: '9.0.0', hypervisorVersion: '7.2.0' },
    up: true,
    cycle: { number, at: 1000 * number },
    domains: [],
    readings: {},
    sources: { state: lane, statistics: lane },
  };
  const collectors = names.map((name) =>
    defineCollector({
      name,
      source: 'state',
      stats: [],
      metrics: { number: gauge(`test_${name}`, 'The number of the cycle.') },
      parse: ({ cycle }) => [{ metric: 'number', labels: {}, value: cycle.number }],
    }),
  );
  return makePage({
    snapshot,
    collectors,
    previous: null,
    now: () => 0,
    onFailure: (name, error) => {
      throw new Error(name, { cause: error });
    },
  });
}

export const COLLECTORS = { running: ['first', 'second'], known: ['first', 'second', 'third'] };

/** A web side on a free port of the loopback, before its first cycle. */
export async function startTestWeb(options: Partial<WebOptions> = {}): Promise<Web & { exposition: Exposition }> {
  const health = createHealth('test');
  const exposition = new Exposition({
    health: health.registry,
    onFailure: (error) => {
      throw new Error('the page cannot be written', { cause: error });
    },
  });
  const web = await startWeb({
    addresses: [{ host: '127.0.0.1', port: 0 }],
    telemetryPath: '/metrics',
    configFile: undefined,
    exposition,
    health,
    collectors: COLLECTORS,
    log: pino({ level: 'silent' }),
    ...options,
  });
  return { ...web, exposition };
}

/** Makes a CA `NAME.pem` with its key in the folder. */
export function makeCa(folder: string, name: string): void {
  openssl(
    folder,
    ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'],
    [...['-keyout', `${name}.key`, '-out', `${name}.pem`, '-subj', `/CN=${name}`, '-days', '1']],
  );
}

/** Makes a certificate `NAME.pem` with its key, from a CA of the same folder; `san` as openssl has it. */
export function makeCertificate(folder: string, options: { name: string; ca: string; san: string }): void {
  const { name, ca, san } = options;
  writeFileSync(join(folder, `${name}.ext`), `subjectAltName=${san}\n`);
  openssl(
    folder,
    ['req', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'],
    [...['-keyout', `${name}.key`, '-out', `${name}.csr`, '-subj', `/CN=${name}`]],
  );
  openssl(
    folder,
    ['x509', '-req', '-in', `${name}.csr`, '-CA', `${ca}.pem`, '-CAkey', `${ca}.key`, '-CAcreateserial'],
    [...['-out', `${name}.pem`, '-days', '1', '-extfile', `${name}.ext`]],
  );
}

function openssl(folder: string, command: string[], args: string[]): void {
  execFileSync('openssl', [...command, ...args], { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] });
}
