import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AlarmPage } from '@faultline/contracts';
import { freePort } from '@faultline/lab';
import { FakeLibvirtd } from '@faultline/libvirt/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  createToken,
  startAlertmanager,
  startExporter,
  startOms,
  startPrometheus,
  until,
  type Exporter,
  type Oms,
  type Program,
} from './programs.ts';
import { ALERTMANAGER, alertRules, PROMETHEUS, provision } from './provisioning.ts';

const UUID = '11111111-1111-4111-8111-111111111111';
const MINUTE = 60_000;

/** What a program says, which has to end well. */
function says(command: string, args: string[], cwd: string): string {
  const { status, stdout, stderr, error } = spawnSync(command, args, { cwd, encoding: 'utf8' });
  if (error)
    throw new Error(`${command} is missing (Debian packages prometheus, prometheus-alertmanager)`, { cause: error });
  expect([status, stderr.includes('FAILED') ? stderr : '']).toEqual([0, '']);
  return stdout;
}

describe('promtool', () => {
  it('takes the configuration with its rules', () => {
    expect(says('promtool', ['check', 'config', 'prometheus.yml'], PROMETHEUS)).toContain(
      'SUCCESS: 4 rule files found',
    );
    const rules = readdirSync(join(PROMETHEUS, 'rules')).map((name) => join('rules', name));
    expect(says('promtool', ['check', 'rules', '--lint-fatal', ...rules], PROMETHEUS)).not.toContain('FAILED');
  });
  it('sees every alert fire where it must, and nowhere else', () => {
    const tests = readdirSync(join(PROMETHEUS, 'tests'));
    const told = says('promtool', ['test', 'rules', ...tests], join(PROMETHEUS, 'tests'));
    expect(told.match(/SUCCESS/g)).toHaveLength(tests.length);
  });
});

describe('amtool', () => {
  it('takes the configuration with its templates', () => {
    expect(says('amtool', ['check-config', 'alertmanager.yml'], ALERTMANAGER)).toContain('SUCCESS');
  });

  it.each<[string, Record<string, string>, string]>([
    ['a heartbeat', { alertname: 'Dead man switch', severity: 'none' }, 'dead-man'],
    ['what the exporter tells the OMS itself', { severity: 'critical', condition: 'domain-crashed' }, 'on-call'],
    ['the same, less urgent', { severity: 'minor', condition: 'cpu-saturated' }, 'mail'],
    ['what pages', { severity: 'critical' }, 'faultline-oms,on-call'],
    ['what can wait', { severity: 'major' }, 'faultline-oms,mail'],
    ['what is for the console only', { severity: 'info' }, 'faultline-oms,nobody'],
    ['an alert of somebody else', { alertname: 'NodeFilesystemFull' }, 'faultline-oms,mail'],
  ])('routes %s', (_what, labels, receivers) => {
    const written = Object.entries(labels).map(([name, value]) => `${name}=${value}`);
    const args = ['config', 'routes', 'test', '--config.file=alertmanager.yml', `--verify.receivers=${receivers}`];
    expect(says('amtool', [...args, ...written], ALERTMANAGER).trim()).toBe(receivers);
  });

  it('inhibits by alerts that there are', () => {
    const names = new Set(alertRules().map(({ alert }) => alert));
    const text = readFileSync(join(ALERTMANAGER, 'alertmanager.yml'), 'utf8');
    const told = [...text.matchAll(/alertname(=~?|!=)"([^"]*)"/g)];
    expect(told.length).toBeGreaterThan(20);
    for (const [, operator, value = ''] of told) {
      const patterns = operator === '=~' ? value.split('|') : [value];
      for (const pattern of patterns)
        expect([pattern, [...names].some((name) => new RegExp(`^(?:${pattern})$`).test(name))]).toEqual([
          pattern,
          true,
        ]);
    }
  });
});

describe('the templates of notifications', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'faultline-templates-'));
  });
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  const crash = (more: object = {}) => ({
    status: 'firing',
    labels: {
      alertname: 'VM crashed',
      severity: 'critical',
      category: 'processing',
      uuid: UUID,
      domain: 'web',
      host: 'hv1',
    },
    annotations: {
      summary: 'VM web crashed',
      cause: 'its state is crashed (panicked)',
      runbook_url: 'http://r/vm-crashed.md',
    },
    startsAt: '2026-01-01T12:00:00Z',
    endsAt: '0001-01-01T00:00:00Z',
    generatorURL: 'http://prometheus/graph?a=b&c=d',
    ...more,
  });
  function rendered(template: string, alert: object, type = 'text'): string {
    const { status } = alert as { status: string };
    const data = {
      ...{ receiver: 'mail', status, externalURL: 'http://alertmanager', groupLabels: {}, commonAnnotations: {} },
      ...{ commonLabels: { alertname: 'VM crashed', severity: 'critical' }, alerts: [alert] },
    };
    const path = join(folder, 'data.json');
    writeFileSync(path, JSON.stringify(data));
    const args = ['--template.glob=templates/*.tmpl', `--template.data=${path}`, `--template.type=${type}`];
    return says(
      'amtool',
      ['template', 'render', ...args, `--template.text={{ template "${template}" . }}`],
      ALERTMANAGER,
    ).trim();
  }

  it('name the trouble in the subject', () => {
    expect(rendered('faultline.subject', crash())).toBe('[1 critical] VM crashed: VM web on hv1');
    expect(rendered('faultline.subject', crash({ status: 'resolved', endsAt: '2026-01-01T12:10:00Z' }))).toBe(
      '[over] VM crashed: VM web on hv1',
    );
  });

  it("link to the VM's chart around the alert, until now or until it was over", () => {
    const chart = (to: string) => `http://127.0.0.1:3000/?vm=${UUID}&from=2026-01-01T11:30:00Z&to=${to}\n`;
    expect(rendered('faultline.text', crash())).toContain(chart('now'));
    expect(rendered('faultline.text', crash({ status: 'resolved', endsAt: '2026-01-01T12:10:00Z' }))).toContain(
      chart('2026-01-01T12:40:00Z'),
    );
    expect(
      rendered('faultline.text', crash({ labels: { alertname: 'Exporter down', instance: 'hv1:9177' } })),
    ).not.toContain('/?vm=');
  });

  it('are safe in HTML, whatever a VM is called, and keep their links', () => {
    const labels = { ...crash().labels, domain: '<script>alert(1)</script>' };
    const html = rendered('faultline.html', crash({ labels }), 'html');
    expect(html).not.toContain('<script>');
    const link = /href="([^"]*vm=[^"]*)"/.exec(html)?.[1]?.replaceAll('&amp;', '&') ?? '';
    expect(Object.fromEntries(new URL(link).searchParams)).toEqual({
      vm: UUID,
      from: '2026-01-01T11:30:00Z',
      to: 'now',
    });
  });
});

describe('exporter, Prometheus, Alertmanager and OMS together, as they are provisioned', () => {
  let folder: string;
  let daemon: FakeLibvirtd;
  let oms: Oms;
  let exporter: Exporter;
  let started: Program[] = [];
  let prometheus: string;
  let alertmanager: string;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'faultline-alerting-'));
    daemon = await FakeLibvirtd.start({ hostname: 'hv1', domains: [{ name: 'web', uuid: UUID, state: 'crashed' }] });
    exporter = await startExporter({ libvirtUri: daemon.uri, cycleInterval: '500ms' });
    oms = await startOms(join(folder, 'oms'), ['--scrape.url', exporter.metricsUrl, '--scrape.interval', '1s']);
    // As docs/alerting.md has it: beside the running OMS, in its data folder.
    writeFileSync(
      join(folder, 'token'),
      await createToken('alertmanager', 'report', ['--data.dir', join(folder, 'oms')]),
    );
    prometheus = `127.0.0.1:${await freePort()}`;
    alertmanager = `127.0.0.1:${await freePort()}`;
    const ofAlertmanager = provision(folder, ALERTMANAGER, 'alertmanager.yml', [
      ['127.0.0.1:3000', new URL(oms.url).host],
      ['/etc/alertmanager/faultline-oms.token', join(folder, 'token')],
      ['group_wait: 5s', 'group_wait: 0s'],
      ['group_interval: 30s', 'group_interval: 1s'],
    ]);
    const ofPrometheus = provision(folder, PROMETHEUS, 'prometheus.yml', [
      ['127.0.0.1:3000', new URL(oms.url).host],
      ['127.0.0.1:9093', alertmanager],
      // Only the service discovery names it.
      ["    static_configs:\n      - targets: ['127.0.0.1:9177']\n", ''],
      ['interval: 15s', 'interval: 1s'],
      ['scrape_timeout: 10s', 'scrape_timeout: 1s'],
    ]);
    started = [
      await startAlertmanager({ etc: ofAlertmanager, data: join(folder, 'am'), address: alertmanager }),
      // What fires before Alertmanager is found is sent again.
      await startPrometheus(
        { etc: ofPrometheus, data: join(folder, 'tsdb'), address: prometheus },
        '--rules.alert.resend-delay=1s',
      ),
    ];
  }, 2 * MINUTE);
  afterAll(async () => {
    for (const program of [...started, exporter, oms]) await program.end();
    await daemon.stop();
    rmSync(folder, { recursive: true });
  });

  const ask = async <T>(url: string): Promise<T> => (await (await fetch(url)).json()) as T;
  interface Alert {
    labels: Record<string, string>;
    annotations: Record<string, string>;
  }
  const heard = async (): Promise<Alert[]> => ask<Alert[]>(`http://${alertmanager}/api/v2/alerts`);

  it(
    'find the exporter through the OMS, and bring an alert on its VM to Alertmanager',
    async () => {
      const crash = await until(
        'the alert at Alertmanager',
        async () => (await heard()).find(({ labels }) => labels['alertname'] === 'VM crashed'),
        MINUTE,
      );
      expect(crash.labels).toMatchObject({
        uuid: UUID,
        domain: 'web',
        host: 'hv1',
        job: 'faultline-exporter',
        condition: 'domain-crashed',
      });
      // The page that the alert points to, which the OMS serves with the console.
      const { pathname } = new URL(crash.annotations['runbook_url'] ?? '');
      expect(await (await fetch(new URL(pathname, oms.url))).text()).toContain('# VM crashed');
      await until(
        'the heartbeat',
        async () => (await heard()).some(({ labels }) => labels['alertname'] === 'Dead man switch'),
        MINUTE,
      );
    },
    2 * MINUTE,
  );

  it(
    "bring to the OMS what the exporter does not tell it itself, with Alertmanager's token, and its end",
    async () => {
      const alert = [
        'alertname=VM frozen',
        'severity=major',
        'category=processing',
        `uuid=${UUID}`,
        'domain=web',
        'host=hv1',
      ];
      const add = (...more: string[]) =>
        execFileSync('amtool', [
          `--alertmanager.url=http://${alertmanager}`,
          'alert',
          'add',
          ...alert,
          '--annotation=summary=it is frozen',
          ...more,
        ]);
      add();
      const recorded = await until(
        'the alarm in the OMS',
        async () => (await ask<AlarmPage>(`${oms.url}/api/v1/alarms`)).items.find(({ name }) => name === 'VM frozen'),
        MINUTE,
      );
      expect(recorded).toMatchObject({
        vm: { uuid: UUID },
        host: 'hv1',
        level: 'major',
        category: 'processing',
        cause: 'it is frozen',
      });
      add(`--end=${new Date().toISOString()}`);
      await until(
        'its end',
        async () =>
          (await ask<{ cleared?: number }>(`${oms.url}/api/v1/alarms/${encodeURIComponent(recorded.id)}`)).cleared,
        MINUTE,
      );
      // The crash has a condition: the exporter tells of it, where it has an OMS to tell.
      expect((await ask<AlarmPage>(`${oms.url}/api/v1/alarms`)).items.map(({ name }) => name)).toEqual(['VM frozen']);
    },
    2 * MINUTE,
  );
});
