import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { AlarmPage, AlarmRecord } from '@faultline/contracts';
import { freePort, PostgresServer, type LabGuest } from '@faultline/lab';
import { OmsApi } from '../api.ts';
import { Closers } from '../closers.ts';
import { createToken, startAlertmanager, startExporter, startOms, startPrometheus, until } from '../programs.ts';
import { ALERTMANAGER, PROMETHEUS, provision } from '../provisioning.ts';
import { openFolder, openLab } from '../stack.ts';
import { Mailbox } from './mailbox.ts';
import { Pager } from './pager.ts';
import { Steps } from './steps.ts';

const MINUTE = 60_000;
/** Often enough for tenths of a second. */
const LOOK_EVERY_MS = 50;

jest.setTimeout(5 * MINUTE);

/** What docker-compose.yml starts, from Debian's packages and this checkout, with the provisioned files and their intervals. */
describe('the whole stack', () => {
  const closers = new Closers();
  let guest: LabGuest;
  let api: OmsApi;
  let mailbox: Mailbox;
  let pager: Pager;
  let prometheus: string;
  let alertmanager: string;

  beforeAll(async () => {
    const lab = await openLab(closers, [{ name: 'shop-web-1' }]);
    guest = lab.guest('shop-web-1');
    const folder = await openFolder(closers);
    const postgres = await PostgresServer.start({
      folder: mkdtempSync(join(tmpdir(), 'faultline-pg-')),
      durable: true,
    });
    closers.add(() => postgres.remove());
    mailbox = await Mailbox.open();
    closers.add(() => mailbox.close());
    pager = await Pager.open();
    closers.add(() => pager.close());
    const exporterPort = await freePort();
    prometheus = `127.0.0.1:${await freePort()}`;
    alertmanager = `127.0.0.1:${await freePort()}`;
    const store = { DATABASE_URL: postgres.url() };
    const oms = await startOms(
      join(folder, 'oms'),
      [
        ...['--scrape.url', `http://127.0.0.1:${exporterPort}/metrics`],
        ...['--alertmanager.url', `http://${alertmanager}`, '--alertmanager.receiver', 'faultline-oms'],
        ...['--control.host', `${guest.host.name}=${guest.host.uri}`],
      ],
      undefined,
      store,
    );
    closers.add(() => oms.end());
    api = new OmsApi(oms.url);
    const tokenFile = (name: string): string => join(folder, `${name}.token`);
    for (const name of ['alertmanager', 'hv1']) {
      const token = await createToken(name, 'report', ['--data.dir', join(folder, 'oms')], store);
      writeFileSync(tokenFile(name), token);
    }
    const exporter = await startExporter({
      libvirtUri: guest.host.uri,
      omsUrl: oms.url,
      spoolDir: join(folder, 'spool'),
      cycleInterval: '15s',
      port: exporterPort,
      args: ['--oms.token-file', tokenFile('hv1')],
    });
    closers.add(() => exporter.end());
    const omsAddress = new URL(oms.url).host;
    const etcOfAlertmanager = provision(folder, ALERTMANAGER, 'alertmanager.yml', [
      ['127.0.0.1:3000', omsAddress],
      ['/etc/alertmanager/faultline-oms.token', tokenFile('alertmanager')],
      ['127.0.0.1:25', mailbox.address],
      ['127.0.0.1:8080', pager.address],
      // What is over would else be told five minutes later.
      ['group_interval: 5m', 'group_interval: 30s'],
    ]);
    const etcOfPrometheus = provision(folder, PROMETHEUS, 'prometheus.yml', [
      ['127.0.0.1:3000', omsAddress],
      ['127.0.0.1:9093', alertmanager],
      ['127.0.0.1:9177', `127.0.0.1:${exporterPort}`],
    ]);
    const running = await startAlertmanager({
      ...{ etc: etcOfAlertmanager, data: join(folder, 'am'), address: alertmanager },
    });
    closers.add(() => running.end());
    const scraping = await startPrometheus({ etc: etcOfPrometheus, data: join(folder, 'tsdb'), address: prometheus });
    closers.add(() => scraping.end());
  }, 3 * MINUTE);
  afterAll(() => closers.close(), MINUTE);

  const ask = async <T>(url: string): Promise<T> =>
    (await (await fetch(url, { signal: AbortSignal.timeout(5000) })).json()) as T;

  /** What Prometheus answers to a question that has one series at most. */
  async function series(query: string): Promise<Record<string, string> | undefined> {
    const { data } = await ask<{ data: { result: { metric: Record<string, string> }[] } }>(
      `http://${prometheus}/api/v1/query?query=${encodeURIComponent(query)}`,
    );
    return data.result[0]?.metric;
  }
  const scraped = (isRunning: boolean) =>
    series(`libvirt_domain_state_reason_info{domain="${guest.name}",state${isRunning ? '=' : '!='}"running"}`);
  const fires = async (name: string): Promise<boolean> => {
    const { data } = await ask<{ data: { alerts: { labels: Record<string, string>; state: string }[] } }>(
      `http://${prometheus}/api/v1/alerts`,
    );
    return data.alerts.some(({ labels, state }) => labels['alertname'] === name && state === 'firing');
  };
  const alertsAt = async (name: string): Promise<boolean> => {
    const alerts = await ask<{ labels: Record<string, string> }[]>(`http://${alertmanager}/api/v2/alerts?active=true`);
    return alerts.some(({ labels }) => labels['alertname'] === name);
  };
  const crashed = async (): Promise<AlarmRecord | undefined> =>
    (await ask<AlarmPage>(`${api.url}/api/v1/alarms?vm=${guest.uuid}`)).items.find(({ name }) => name === 'VM crashed');
  const drawn = async (from: number): Promise<unknown> =>
    (await api.timeline(guest.uuid, from, Date.now())).state?.['state']?.at(-1);
  const mailSaying = (word: string) => mailbox.mails.find(({ subject }) => subject.startsWith(word));
  const call = (status: string) =>
    pager.calls.find((each) => each.status === status && each.alerts[0]?.labels['alertname'] === 'VM crashed');

  /** Waits until each of these is so, and notes when it first was. */
  const noteEach = (steps: Steps, wanted: Record<string, () => unknown>): Promise<unknown> =>
    Promise.all(
      Object.entries(wanted).map(async ([what, isSo]) => {
        await until(what, async () => Boolean(await isSo()), 3 * MINUTE, LOOK_EVERY_MS);
        steps.note(what);
      }),
    );

  it('is up: Prometheus scrapes the exporter, Alertmanager has the heartbeat, the OMS draws the VM', async () => {
    await until('the state at Prometheus', () => scraped(true), MINUTE);
    await until('the heartbeat', () => alertsAt('Dead man switch'), 2 * MINUTE);
    await until('the VM on the chart', async () => (await drawn(Date.now() - MINUTE)) === 'running', MINUTE);
    expect([await crashed(), mailbox.mails]).toEqual([undefined, []]);
  });

  it('tells of a panic: on the chart, in an alert, in a mail and a call, and of the end of all of them', async () => {
    const panicked = await guest.panic();
    const steps = new Steps(panicked);
    await noteEach(steps, {
      'The alarm is on the chart: the exporter reported the event': crashed,
      'The chart shows the VM as abnormal': async () => (await drawn(panicked - MINUTE)) === 'abnormal',
      'Prometheus has scraped the state': () => scraped(false),
      'The rule fires': () => fires('VM crashed'),
      'Alertmanager has the alert': () => alertsAt('VM crashed'),
      'The mail is there': () => mailSaying('[1 critical] VM crashed'),
      'The call to those on duty is there': () => call('firing'),
    });
    process.stdout.write(`\n${steps.table('From a panic to those on duty')}\n`);
    const mail = mailSaying('[1 critical] VM crashed');
    expect(mail?.subject).toBe(`[1 critical] VM crashed: VM ${guest.name} on ${guest.host.name}`);
    const link = /\S+\/\?vm=\S+/.exec(mail?.text ?? '')?.[0] ?? '';
    const { vm, from = '', to } = Object.fromEntries(new URL(link).searchParams);
    expect([vm, to]).toEqual([guest.uuid, 'now']);
    // From half an hour before the alert: the panic is on the chart that the link opens.
    expect(Date.parse(from)).toBeLessThan(panicked);
    expect(panicked - Date.parse(from)).toBeLessThan(31 * MINUTE);

    const restarted = Date.now();
    const after = new Steps(restarted);
    const start = await api.perform({ id: 'stack-start', vm: guest.uuid, kind: 'start', initiator: 'ana' });
    expect(start.result).toBe('ok');
    await noteEach(after, {
      'The chart shows the VM as running': async () => (await drawn(panicked)) === 'running',
      'The alarm on the chart is cleared': async () => (await crashed())?.cleared,
      'Prometheus has scraped the state': async () => !(await scraped(false)) && (await scraped(true)),
      'The rule fires no more': async () => !(await fires('VM crashed')),
      'The mail that it is over is there': () => mailSaying('[over] VM crashed'),
      'The call that it is over is there': () => call('resolved'),
    });
    process.stdout.write(`\n${after.table('From the restart to the all-clear')}\n`);
    expect(mailSaying('[over] VM crashed')?.at).toBeGreaterThan(mail?.at ?? Infinity);
    expect(mailbox.mails.filter(({ subject }) => subject.includes('VM crashed'))).toHaveLength(2);
  });
});
