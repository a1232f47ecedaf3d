import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '@faultline/lab';
import { FakeLibvirtd } from '@faultline/libvirt/testing';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { launch, startExporter, startOms, until, type Exporter, type Oms, type Program } from '../programs.ts';
import type { Target } from './dashboard.ts';
import { dashboards } from './index.ts';

const HOST = 'nc1';
const VM = '11111111-1111-4111-8111-111111111111';
const SCRAPE_MS = 500;
/** Every rate is taken over some scrapes. */
const RATE_INTERVAL = '4s';

const XML = `<domain type='kvm'><devices>
  <disk type='file' device='disk'><source file='/images/web.qcow2'/><target dev='vda' bus='virtio'/></disk>
</devices></domain>`;

const HOP = {
  seq: 0,
  from: { role: 'api', node: 'ctl1' },
  to: { role: 'compute', node: HOST },
  message: 'reboot',
  direction: 'request',
  result: 'failed',
  observed: 'reported',
};

/** Panels of which a well machine without such hardware has nothing to show, and why. */
const WITHOUT_DATA: Readonly<Record<string, string>> = {
  'Health of its hardware': 'shows what is not well, and no part of this machine is, or none is known',
  Temperatures: 'a virtual machine has no sensors',
  'Paths to what is outside': 'shows what is not up',
  'Collectors that failed': 'shows what failed, and nothing does',
  'Reads that brought no cycle': 'counts errors, and there were none',
  'Old records last removed': 'the OMS removes nothing in its first minutes',
  Services: 'nothing here runs a manager of services',
  Pressure: 'a kernel may have been built without pressure stall information',
};

/** A guest after so many seconds of work; each second it reads, writes, receives and sends. */
function statsAfter(seconds: number): Record<string, string | number | bigint> {
  const n = BigInt(seconds);
  return {
    'cpu.time': n * 500_000_000n,
    'vcpu.current': 1,
    'vcpu.maximum': 1,
    'vcpu.0.state': 1,
    'vcpu.0.time': n * 500_000_000n,
    'vcpu.0.wait': n * 1_000_000n,
    'vcpu.0.delay': n * 20_000_000n,
    'balloon.current': 524_288n,
    'balloon.maximum': 524_288n,
    'balloon.available': 500_000n,
    'balloon.usable': 400_000n,
    'balloon.unused': 300_000n,
    'balloon.rss': 600_000n,
    'balloon.major_fault': n,
    'balloon.minor_fault': n,
    'block.count': 1,
    'block.0.name': 'vda',
    'block.0.path': '/images/web.qcow2',
    'block.0.rd.reqs': n,
    'block.0.rd.bytes': n * 4096n,
    'block.0.rd.times': n * 1_000_000n,
    'block.0.wr.reqs': n,
    'block.0.wr.bytes': n * 4096n,
    'block.0.wr.times': n * 2_000_000n,
    'net.count': 1,
    'net.0.name': 'vnet0',
    'net.0.rx.bytes': n * 1000n,
    'net.0.rx.pkts': n,
    'net.0.rx.errs': 0n,
    'net.0.rx.drop': 0n,
    'net.0.tx.bytes': n * 1000n,
    'net.0.tx.pkts': n,
    'net.0.tx.errs': 0n,
    'net.0.tx.drop': 0n,
  };
}

const folder = mkdtempSync(join(tmpdir(), 'faultline-dashboards-'));
const startedAt = Date.now();
let daemon: FakeLibvirtd;
let oms: Oms;
let exporter: Exporter;
let prometheus: Program;
let prometheusUrl: string;
let work: NodeJS.Timeout;

beforeAll(async () => {
  daemon = await FakeLibvirtd.start({
    hostname: HOST,
    domains: [
      { name: 'web', uuid: VM, xml: XML, stats: statsAfter(1) },
      { name: 'db', state: 'paused', reason: 'ioerror' },
    ],
    storagePools: [{ name: 'images' }],
  });
  let seconds = 1;
  work = setInterval(() => {
    daemon.setStats(VM, statsAfter((seconds += 1)));
  }, 1000);
  const port = await freePort();
  const metricsUrl = `http://127.0.0.1:${port}/metrics`;
  oms = await startOms(join(folder, 'oms'), ['--scrape.url', metricsUrl, '--scrape.interval', `${SCRAPE_MS}ms`]);
  exporter = await startExporter({
    libvirtUri: daemon.uri,
    port,
    omsUrl: oms.url,
    spoolDir: join(folder, 'spool'),
    cycleInterval: `${SCRAPE_MS}ms`,
  });
  const targets = [exporter.metricsUrl, oms.url].map((url) => `'${new URL(url).host}'`).join(', ');
  writeFileSync(
    join(folder, 'prometheus.yml'),
    `global: {scrape_interval: ${SCRAPE_MS}ms, scrape_timeout: ${SCRAPE_MS}ms}
scrape_configs: [{job_name: faultline, static_configs: [{targets: [${targets}]}]}]
`,
  );
  const address = `127.0.0.1:${await freePort()}`;
  prometheusUrl = `http://${address}`;
  prometheus = launch(
    'prometheus',
    [
      `--config.file=${join(folder, 'prometheus.yml')}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
      `--web.listen-address=${address}`,
      '--log.level=warn',
    ],
    false,
  );
  await until('the OMS knows the VM', async () => (await fetch(`${oms.url}/api/v1/vms/${VM}`)).ok, 20_000);
  const operation = { id: 'reboot-1', kind: 'reboot', initiator: 'ana', hops: [HOP] };
  const outcome = { started: startedAt, ended: Date.now(), result: 'failed', cause: 'the compute node did not answer' };
  await post('/api/v1/operation-records', {
    operations: [{ ...operation, ...outcome, vm: { uuid: VM, name: 'web' }, source: 'cloud' }],
  });
  await post('/api/v1/alertmanager', {
    version: '4',
    groupKey: 'g',
    truncatedAlerts: 0,
    status: 'firing',
    receiver: 'faultline',
    groupLabels: {},
    commonLabels: {},
    commonAnnotations: {},
    externalURL: 'http://alertmanager.example',
    alerts: [
      {
        status: 'firing',
        labels: { alertname: 'SlowDisk', severity: 'warning', uuid: VM },
        annotations: {},
        startsAt: new Date(startedAt).toISOString(),
        endsAt: '0001-01-01T00:00:00Z',
        generatorURL: '',
        fingerprint: 'a1',
      },
    ],
  });
}, 60_000);

afterAll(async () => {
  clearInterval(work);
  await prometheus.end();
  await exporter.end();
  await oms.end();
  await daemon.stop();
  rmSync(folder, { recursive: true, force: true });
}, 30_000);

async function post(path: string, body: object): Promise<void> {
  const response = await fetch(oms.url + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${path}: ${await response.text()}`);
}

/** As Grafana fills in the variables. */
const filled = (text: string): string =>
  text.replaceAll('$__rate_interval', RATE_INTERVAL).replaceAll('$vm', VM).replaceAll('$host', HOST);

/** Whether there is a value in the answer. @throws Error with what the server has against the question */
async function hasData(target: Target): Promise<boolean> {
  return target.source === 'prometheus' ? await prometheusHas(target) : await omsHas(target.query);
}

async function prometheusHas({ expr, instant = false }: Extract<Target, { source: 'prometheus' }>): Promise<boolean> {
  const now = Date.now() / 1000;
  const time = instant ? { time: `${now}` } : { start: `${now - 5}`, end: `${now}`, step: '1' };
  const response = await fetch(`${prometheusUrl}/api/v1/${instant ? 'query' : 'query_range'}`, {
    method: 'POST',
    body: new URLSearchParams({ query: filled(expr), ...time }),
  });
  const answer = (await response.json()) as {
    error?: string;
    warnings?: string[];
    data?: { result: { value?: [number, string]; values?: [number, string][] }[] };
  };
  if (answer.data === undefined) throw new Error(`${expr}: ${answer.error ?? ''}`);
  expect(answer.warnings ?? []).toEqual([]);
  const values = answer.data.result.flatMap(({ value, values: several = [] }) => (value ? [value] : several));
  return values.some(([, value]) => value !== 'NaN');
}

async function omsHas(saved: Readonly<Record<string, unknown>>): Promise<boolean> {
  const { live: _live, ...query } = JSON.parse(filled(JSON.stringify(saved))) as Record<string, unknown>;
  const range = query['type'] === 'vms' || query['type'] === 'hosts' ? {} : { from: startedAt, to: Date.now() };
  const response = await fetch(`${oms.url}/api/v1/query`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ ...query, ...range }),
  });
  const answer = (await response.json()) as { detail?: string; frames?: { data: { values: unknown[][] } }[] };
  if (answer.frames === undefined) throw new Error(`${JSON.stringify(query)}: ${answer.detail ?? ''}`);
  return answer.frames.some(({ data }) => (data.values[0] ?? []).length > 0);
}

const panels = dashboards.flatMap(({ title, rows }) =>
  rows.flatMap((row) => row.panels.map((panel) => ({ where: `${title}: ${panel.title}`, panel }))),
);

it('are answered with data by a real Prometheus and the OMS, panel by panel', async () => {
  const missing = new Map<string, string>();
  await until(
    'data in every panel that can have some here',
    async () => {
      missing.clear();
      for (const { where, panel } of panels) {
        for (const target of panel.targets) {
          const isThere = await hasData(target).catch((error: unknown) => String(error));
          const isExpected = !Object.hasOwn(WITHOUT_DATA, panel.title) || typeof isThere === 'string';
          if (isThere !== true && isExpected) missing.set(where, `${JSON.stringify(target)}: ${isThere}`);
        }
      }
      return missing.size === 0;
    },
    25_000,
    500,
  ).catch(() => undefined);
  expect(Object.fromEntries(missing)).toEqual({});
}, 60_000);

it('has a reason for nothing but panels that are there', () => {
  const titles = panels.map(({ panel }) => panel.title);
  expect(Object.keys(WITHOUT_DATA).filter((title) => !titles.includes(title))).toEqual([]);
});
