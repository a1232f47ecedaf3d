import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FakeLibvirtd } from '@faultline/libvirt/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import bcrypt from 'bcryptjs';
import { readConfig } from '../config.ts';
import { startExporter, type RunningExporter } from '../exporter.ts';
import { busyStats } from '../fixtures/host.ts';
import { makeCa, makeCertificate } from './testing.ts';

/** A loopback port that nobody listens on now. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

interface Target {
  health: string;
  lastError: string;
}

describe('a real Prometheus', () => {
  let folder: string;
  let daemon: FakeLibvirtd;
  let exporter: RunningExporter;
  let prometheus: ChildProcess;
  let output = '';
  let api: string;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'faultline-prometheus-'));
    makeCa(folder, 'ca');
    makeCertificate(folder, { name: 'server', ca: 'ca', san: 'IP:127.0.0.1' });
    makeCertificate(folder, { name: 'client', ca: 'ca', san: 'DNS:prometheus' });
    writeFileSync(
      join(folder, 'web.yml'),
      `tls_server_config:
  cert_file: server.pem
  key_file: server.key
  client_auth_type: RequireAndVerifyClientCert
  client_ca_file: ca.pem
basic_auth_users:
  prometheus: ${bcrypt.hashSync('secret', 10)}
`,
    );
    daemon = await FakeLibvirtd.start({ hostname: 'nc1', domains: [{ name: 'web', stats: busyStats(1) }] });
    exporter = await startExporter(
      readConfig(
        [
          ...['--libvirt.uri', daemon.uri, '--web.listen-address', '127.0.0.1:0', '--cycle.interval', '500ms'],
          ...['--web.config.file', join(folder, 'web.yml'), '--log.level', 'silent'],
        ],
        {},
      ),
    );
    const { host } = new URL(exporter.url);
    const tls = '{ca_file: ca.pem, cert_file: client.pem, key_file: client.key}';
    const job = (name: string, password: string, more = '') => `
  - job_name: ${name}
    scheme: https
    tls_config: ${tls}
    basic_auth: {username: prometheus, password: ${password}}
    static_configs: [{targets: ['${host}']}]${more}`;
    writeFileSync(
      join(folder, 'prometheus.yml'),
      `global: {scrape_interval: 1s}
scrape_configs:${job('right', 'secret')}${job('wrong', 'guess')}${job('some', 'secret', "\n    params: {'collect[]': [host, domain_cpu]}")}
`,
    );
    api = `127.0.0.1:${await freePort()}`;
    const args = [
      '--config.file=prometheus.yml',
      '--storage.tsdb.path=data',
      `--web.listen-address=${api}`,
      '--log.level=warn',
    ];
    prometheus = spawn('prometheus', args, { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] });
    prometheus.stderr?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  }, 30_000);

  afterAll(async () => {
    const gone = once(prometheus, 'exit');
    prometheus.kill();
    await gone;
    await exporter.stop();
    await daemon.stop();
    rmSync(folder, { recursive: true });
  });

  async function ask(path: string): Promise<unknown> {
    const response = await fetch(`http://${api}/api/v1/${path}`);
    return ((await response.json()) as { data: unknown }).data;
  }

  /** Asks again until the answer says so. */
  async function until<T>(question: () => Promise<T>, isSo: (answer: T) => boolean): Promise<T> {
    const deadline = Date.now() + 20_000;
    let answer: T | undefined;
    while (Date.now() < deadline) {
      answer = await question().catch(() => undefined); // it does not listen yet
      if (answer !== undefined && isSo(answer)) return answer;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    throw new Error(`not within 20 s: ${JSON.stringify(answer)}\n${output}`);
  }

  async function targets(): Promise<Record<string, Target>> {
    const { activeTargets } = (await ask('targets')) as { activeTargets: (Target & { scrapePool: string })[] };
    return Object.fromEntries(activeTargets.map((target) => [target.scrapePool, target]));
  }

  async function valuesOf(query: string): Promise<string[]> {
    const { result } = (await ask(`query?query=${encodeURIComponent(query)}`)) as {
      result: { value: [number, string] }[];
    };
    return result.map(({ value }) => value[1]);
  }

  it('scrapes over TLS with its certificate, user and password, and is turned away with a wrong one', async () => {
    const seen = await until(targets, (each) => {
      const known = Object.values(each).filter(({ health }) => health !== 'unknown');
      return known.length === 3;
    });
    expect(seen).toMatchObject({
      right: { health: 'up', lastError: '' },
      wrong: { health: 'down', lastError: expect.stringContaining('401') },
      some: { health: 'up', lastError: '' },
    });
    const cpu = await until(
      () => valuesOf('libvirt_domain_info_cpu_time_seconds_total{job="right",domain="web"}'),
      (values) => values.length === 1,
    );
    expect(cpu).toEqual(['1.5']);
  }, 60_000);

  it('gets the collectors that its job asks for', async () => {
    await until(
      () => valuesOf('libvirt_domain_info_cpu_time_seconds_total{job="some"}'),
      (values) => values.length === 1,
    );
    expect(await valuesOf('count(libvirt_domain_state{job="right"}) > 0')).toHaveLength(1);
    expect(await valuesOf('libvirt_domain_state{job="some"}')).toEqual([]);
    expect(await valuesOf('libvirt_up{job="some"}')).toEqual(['1']);
  }, 60_000);
});
