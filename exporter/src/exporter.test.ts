import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { execFileSync, spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HostReportBatch, METRICS, type HostReport } from '@faultline/contracts';
import { afterEach, describe, expect, it } from '@jest/globals';
import { FakeLibvirtd, type FakeCall, type FakeLibvirtdOptions } from '@faultline/libvirt/testing';
import { Value } from 'typebox/value';
import { readConfig, type ExporterConfig } from './config.ts';
import { startExporter, type ExporterParts } from './exporter.ts';
import { guestXml, linuxGuest } from './fixtures/guest.ts';
import { agentXml, busyStats, goldenHost, UUIDS } from './fixtures/host.ts';

/** The host's own file systems, as on a machine with everything attached. */
const FIXTURES = join(import.meta.dirname, 'fixtures');
const GOLDEN = join(FIXTURES, 'golden.prom');
const endings: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end();
});

async function daemonWith(options: FakeLibvirtdOptions = goldenHost): Promise<FakeLibvirtd> {
  const daemon = await FakeLibvirtd.start(options);
  endings.push(() => daemon.stop());
  return daemon;
}

async function exporterFor(uri: string, settings: Partial<ExporterConfig> = {}, parts: ExporterParts = {}) {
  const paths = ['--path.sysfs', join(FIXTURES, 'sys'), '--path.procfs', join(FIXTURES, 'proc')];
  const root = [
    '--path.rootfs',
    join(FIXTURES, 'root'),
    '--path.udev-data',
    '/nowhere',
    '--no-collector.hardware_smart',
  ];
  const config = readConfig(['--libvirt.uri', uri, '--web.listen-address', '127.0.0.1:0', ...paths, ...root], {});
  const exporter = await startExporter(
    { ...config, cycleIntervalMs: 50, statsTimeoutMs: 200, callTimeoutMs: 1000, logLevel: 'silent', ...settings },
    parts,
  );
  let stopped: Promise<void> | undefined;
  const stop = () => (stopped ??= exporter.stop());
  endings.push(stop);
  const scrape = async () => (await fetch(`${exporter.url}/metrics`)).text();
  /** Scrapes cycle after cycle until the page says so. */
  const until = async (isSo: (page: string) => boolean) => {
    for (let cycles = 0; cycles < 200; cycles += 1) {
      await exporter.nextCycle();
      const page = await scrape();
      if (isSo(page)) return page;
    }
    throw new Error(`not within 200 cycles; the last page:\n${await scrape()}`);
  };
  return { exporter, scrape, until, stop };
}

/** An OMS that stores everything, or what `status` says. */
function fakeOms(status: () => number = () => 200) {
  const reports: HostReport[] = [];
  const hosts = new Set<string>();
  return {
    reports,
    hosts,
    fetch: ((_url: unknown, init: { body: string }) => {
      const batch = Value.Parse(HostReportBatch, JSON.parse(init.body));
      if (status() === 200) {
        reports.push(...batch.reports);
        hosts.add(batch.host);
      }
      return Promise.resolve(new Response('{}', { status: status() }));
    }) as unknown as typeof fetch,
  };
}

async function reporting(): Promise<Partial<ExporterConfig> & { spoolDir: string }> {
  const spoolDir = await mkdtemp(join(tmpdir(), 'faultline-exp-'));
  endings.push(() => rm(spoolDir, { recursive: true }));
  return { omsUrl: 'http://oms.test', spoolDir };
}

function valueOf(page: string, series: string): number | undefined {
  const line = page.split('\n').find((each) => each.startsWith(`${series} `));
  return line === undefined ? undefined : Number(line.slice(series.length + 1));
}
const ofDomain = (metric: string, name: keyof typeof UUIDS, more = '') =>
  `${metric}{domain="${name}",uuid="${UUIDS[name]}"${more}}`;

/** What depends on the moment of the run, or on this process, is taken out of the page. */
function timeless(page: string): string {
  return page
    .replace(/\n# HELP process_cpu_user_seconds_total[^]*/, '')
    .split('\n')
    .map((line) =>
      line.replace(
        /^([a-z_]*timestamp_seconds|[a-z_]*duration_seconds|faultline_cycle_number)(\{.*\})? [0-9.e+-]+$/,
        '$1$2 T',
      ),
    )
    .join('\n');
}

/** The statistics lane's call names its domains, the state lane's asks for all. */
const asksMonitors = ({ procedure, domains }: FakeCall): boolean =>
  procedure === 'connectGetAllDomainStats' && domains.length > 0;

function hasPromtool(): boolean {
  return spawnSync('promtool', ['--version']).status === 0;
}

describe('the page', () => {
  it('is the golden page for the golden host (FAULTLINE_UPDATE_GOLDENS=1 writes it anew)', async () => {
    const daemon = await daemonWith();
    const guests = { libvirtAgentUri: daemon.uri, guestIntervalMs: 300, guestExternalAddress: '192.0.2.1' };
    const { until } = await exporterFor(daemon.uri, guests);
    // Pools, shelves and guests have schedules of their own.
    const ofGuests = (['web', 'hostile', 'leaving', 'coming'] as const).map(
      (name) => `uuid="${UUIDS[name]}",verdict="ok"`,
    );
    const whole = ['libvirt_storage_pool_state', 'part="enclosures"', ...ofGuests];
    const page = timeless(await until((text) => whole.every((part) => text.includes(part))));
    if (process.env['FAULTLINE_UPDATE_GOLDENS'] === '1') await writeFile(GOLDEN, page);
    expect(page).toBe(await readFile(GOLDEN, 'utf8'));
  });

  it('gives promtool nothing to say', async () => {
    const daemon = await daemonWith();
    const { exporter, scrape } = await exporterFor(daemon.uri);
    await exporter.nextCycle();
    const page = await scrape();
    if (!hasPromtool()) {
      if (process.env['CI'] === 'true') throw new Error('promtool is missing (Debian package prometheus)');
      process.stderr.write('not checked with promtool: it is not installed (Debian package prometheus)\n');
      return;
    }
    expect(execFileSync('promtool', ['check', 'metrics'], { input: page, encoding: 'utf8' })).toBe('');
  });

  it('lets the series of a domain vanish with it, and shows one that came', async () => {
    const daemon = await daemonWith();
    const { until } = await exporterFor(daemon.uri);
    await until((page) => page.includes(UUIDS.web));
    daemon.removeDomain(UUIDS.web);
    daemon.addDomain({ name: 'new' });
    const page = await until((text) => text.includes('domain="new"'));
    expect(page).not.toContain(UUIDS.web);
    expect(valueOf(page, 'libvirt_domains')).toBe(9);
  });

  it('shows the agent channel as the XML had it, and as events changed it', async () => {
    const daemon = await daemonWith();
    const { until } = await exporterFor(daemon.uri);
    const series = ofDomain('libvirt_domain_guest_agent_connected', 'web');
    await until((page) => valueOf(page, series) === 1);
    daemon.emit({ domain: daemon.domain(UUIDS.web), kind: 'agent', state: 'disconnected', reason: 'channel' });
    await until((page) => valueOf(page, series) === 0);
    daemon.setXml(UUIDS.web, agentXml('connected'));
  });
});

describe('the server', () => {
  it('is ready after the first cycle, and honours Accept', async () => {
    const daemon = await daemonWith();
    daemon.hold({ procedure: 'connectGetAllDomainStats' });
    const { exporter } = await exporterFor(daemon.uri, { callTimeoutMs: 60_000 });
    const get = (path: string, headers: Record<string, string> = {}) => fetch(exporter.url + path, { headers });
    expect((await get('/-/healthy')).status).toBe(200);
    expect((await get('/-/ready')).status).toBe(503);
    daemon.release();
    await exporter.nextCycle();
    expect((await get('/-/ready')).status).toBe(200);
    const prometheus = 'application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.2,*/*;q=0.1';
    const page = await get('/metrics', { accept: prometheus });
    expect(page.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect((await get('/metrics', { accept: 'application/json' })).status).toBe(406);
    expect((await get('/metrics', { accept: 'text/plain;q=0, application/json' })).status).toBe(406);
    expect(await (await get('/nothing')).json()).toMatchObject({
      code: 'not-found',
      detail: 'there is no GET /nothing',
    });
  });
});

describe('a stuck VM (decision 2)', () => {
  const host = {
    hostname: 'nc1',
    domains: [
      { name: 'web', uuid: UUIDS.web, stats: busyStats(1) },
      { name: 'db', uuid: UUIDS.db, stats: busyStats(1) },
      { name: 'stopped', uuid: UUIDS.stopped, state: 'shutoff' as const },
    ],
  };
  const cpuOf = (page: string, name: 'web' | 'db') => valueOf(page, ofDomain(METRICS.domainCpuTime, name));

  it('keeps its state, costs its neighbour nothing, and is asked only once until it is free again', async () => {
    const daemon = await daemonWith(host);
    const { until, scrape } = await exporterFor(daemon.uri);
    await until((page) => cpuOf(page, 'web') === 1.5 && cpuOf(page, 'db') === 1.5);
    daemon.hang(UUIDS.web);
    const stuck = await until((page) => valueOf(page, ofDomain('libvirt_domain_timed_out', 'web')) === 1);
    expect(valueOf(stuck, ofDomain(METRICS.domainState, 'web', ',state="running"'))).toBe(1);
    expect(valueOf(stuck, ofDomain('libvirt_domain_control_state', 'web', ',state="occupied"'))).toBeDefined();
    expect(valueOf(stuck, ofDomain(METRICS.domainStatsTimestamp, 'web'))).toBeGreaterThan(0);
    expect(cpuOf(stuck, 'web')).toBeUndefined();
    expect(cpuOf(stuck, 'db')).toBe(1.5);
    expect(valueOf(stuck, 'faultline_exporter_stats_calls_stuck')).toBe(1);

    const askedBefore = daemon.calls.filter(asksMonitors).length;
    daemon.setStats(UUIDS.db, busyStats(7));
    await until((page) => cpuOf(page, 'db') === 7.5);
    const later = daemon.calls.filter(asksMonitors).slice(askedBefore);
    expect(later.length).toBeGreaterThan(0);
    expect(later.flatMap(({ domains }) => domains)).not.toContain(UUIDS.web);
    // One each for the states, the statistics and the pools; the one that got stuck was given up.
    expect(daemon.connections).toBe(3);

    daemon.release();
    daemon.setStats(UUIDS.web, busyStats(9));
    const live = await until((page) => cpuOf(page, 'web') === 9.5);
    expect(valueOf(live, 'faultline_exporter_stats_calls_stuck')).toBe(0);
    expect(valueOf(await scrape(), ofDomain('libvirt_domain_timed_out', 'web'))).toBe(0);
  });

  it('answers at once while libvirtd does not', async () => {
    const daemon = await daemonWith(host);
    const { until, scrape } = await exporterFor(daemon.uri, { statsTimeoutMs: 3000 });
    await until((page) => cpuOf(page, 'web') === 1.5);
    daemon.hang(UUIDS.web);
    const asked = daemon.calls.length;
    await daemon.waitForCall(
      'connectGetAllDomainStats',
      daemon.calls.slice(0, asked).filter((call) => call.procedure === 'connectGetAllDomainStats').length + 2,
    );
    const took: number[] = [];
    for (let request = 0; request < 20; request += 1) {
      const begun = performance.now();
      await scrape();
      took.push(performance.now() - begun);
    }
    expect(Math.max(...took)).toBeLessThan(500);
    daemon.release();
  });

  it('stops asking when too many owe an answer, and says how many', async () => {
    const names = ['a', 'b', 'c', 'd'];
    const daemon = await daemonWith({ domains: names.map((name) => ({ name, stats: busyStats(1) })) });
    const { until } = await exporterFor(daemon.uri, { statsMaxStuckCalls: 2, statsTimeoutMs: 100 });
    await until((page) => page.includes('libvirt_domain_info_cpu_time_seconds_total'));
    for (const name of names) daemon.hang(daemon.domainNamed(name).uuid);
    await until((page) => (valueOf(page, 'faultline_exporter_stats_calls_stuck') ?? 0) >= 2);
    const asked = () => daemon.calls.filter(asksMonitors).length;
    await until((page) => names.every((name) => page.includes(`libvirt_domain_timed_out{domain="${name}"`)));
    const before = asked();
    const page = await until((text) => (valueOf(text, 'faultline_exporter_cycles_total{result="ok"}') ?? 0) > 0);
    expect(asked()).toBe(before);
    expect(page.match(/^libvirt_domain_state\{.*state="running"\} 1$/gm)).toHaveLength(4);
    daemon.release();
    await until((text) => valueOf(text, 'faultline_exporter_stats_calls_stuck') === 0);
  });

  it('keeps every other series when the statistics lane fails as a whole', async () => {
    const daemon = await daemonWith(host);
    daemon.fail({ procedure: 'connectGetAllDomainStats', monitor: true, code: 38, message: 'system call error' });
    const { until } = await exporterFor(daemon.uri);
    const page = await until((text) => text.includes('exporter_collector_success{collector="domain_cpu"}'));
    expect(valueOf(page, METRICS.up)).toBe(1);
    expect(valueOf(page, ofDomain(METRICS.domainState, 'web', ',state="running"'))).toBe(1);
    expect(page).not.toContain(METRICS.domainCpuTime);
    expect(valueOf(page, 'exporter_collector_success{collector="domain_state"}')).toBe(1);
  });
});

describe('a domain that moves to another host', () => {
  const owns = (page: string): boolean => page.includes(`libvirt_domain_info{domain="web"`);

  it('is given up in the moment that libvirt tells of it, and not claimed again before a cycle saw it run', async () => {
    const daemon = await daemonWith({
      hostname: 'nc1',
      domains: [{ name: 'web', uuid: UUIDS.web, stats: busyStats(1) }],
    });
    const { scrape } = await exporterFor(daemon.uri, { cycleIntervalMs: 60_000 });
    for (let page = ''; !owns(page); page = await scrape());
    daemon.emitLifecycle(UUIDS.web, 'suspended', 'migrated');
    let page = '';
    while (!page.includes('libvirt_domain_migrating{')) page = await scrape();
    expect(valueOf(page, 'faultline_cycle_number')).toBe(1);
    // Neither what it is and used, nor the state that the cycle saw: it may be running elsewhere by now.
    expect(page.match(/^[a-z_]+\{domain="web".*$/gm)).toEqual([
      `libvirt_domain_migrating{domain="web",uuid="${UUIDS.web}",direction="out"} 1`,
      ...(page.match(/^libvirt_domain_control_.*$/gm) ?? []),
    ]);
  });

  it('comes back when its migration was cancelled, and with it the job’s series end', async () => {
    const job = { type: 'unbounded', values: { operation: 5, data_total: 10n } } as const;
    const daemon = await daemonWith({
      hostname: 'nc1',
      domains: [{ name: 'web', uuid: UUIDS.web, stats: busyStats(1), job }],
    });
    const { until } = await exporterFor(daemon.uri);
    const during = await until((page) => page.includes('libvirt_domain_job_info_data_total_bytes'));
    expect(valueOf(during, ofDomain('libvirt_domain_migrating', 'web', ',direction="out"'))).toBe(1);
    daemon.emitLifecycle(UUIDS.web, 'suspended', 'migrated');
    daemon.setState(UUIDS.web, { state: 'paused', reason: 'migration' });
    const given = await until((page) => page.includes('reason="migration"'));
    expect(owns(given)).toBe(false);
    daemon.setJob(UUIDS.web, null);
    daemon.setState(UUIDS.web, { state: 'running', reason: 'migration-canceled' });
    const back = await until(owns);
    expect(valueOf(back, ofDomain('libvirt_domain_job_info_type', 'web'))).toBe(0);
    expect(back).not.toMatch(/libvirt_domain_(migrating|job_info_data)/);
  });
});

describe('reports', () => {
  it('tells of each event with the moment of receipt and the state read again, in order', async () => {
    const daemon = await daemonWith();
    const oms = fakeOms();
    const { exporter, until, stop } = await exporterFor(daemon.uri, await reporting(), { fetch: oms.fetch });
    await exporter.nextCycle();
    const from = Date.now();
    daemon.emitLifecycle(UUIDS.web, 'suspended', 'paused');
    daemon.setState(UUIDS.web, { state: 'crashed' });
    daemon.emitLifecycle(UUIDS.web, 'crashed', 'panicked');
    const gone = daemon.domain(UUIDS.bare);
    daemon.removeDomain(UUIDS.bare);
    daemon.emit({ domain: gone, kind: 'lifecycle', event: 'undefined', detail: 'removed' });
    await until(() => oms.reports.filter(({ type }) => type === 'domain-event').length === 3);
    await stop();
    const events = oms.reports.filter((report) => report.type === 'domain-event');
    expect(oms.hosts).toEqual(new Set(['nc1']));
    expect(events.filter(({ vm }) => vm.uuid === UUIDS.web)).toMatchObject([
      { event: 'lifecycle', detail: 'suspended (paused)', vm: { name: 'web' } },
      { event: 'lifecycle', detail: 'crashed (panicked)', observed: { state: 'crashed', reason: 'panicked' } },
    ]);
    expect(events.find(({ vm }) => vm.uuid === UUIDS.bare)).toMatchObject({ observed: null });
    for (const { at } of events) expect(at).toBeGreaterThanOrEqual(from);
  });

  it('raises an alarm for the crash at once, and clears it when the domain runs again (A44)', async () => {
    const daemon = await daemonWith({ hostname: 'nc1', domains: [{ name: 'web', uuid: UUIDS.web }] });
    const oms = fakeOms();
    const { exporter, until } = await exporterFor(daemon.uri, await reporting(), { fetch: oms.fetch });
    await exporter.nextCycle();
    daemon.setState(UUIDS.web, { state: 'crashed' });
    daemon.emitLifecycle(UUIDS.web, 'crashed', 'panicked');
    await until((page) => valueOf(page, 'faultline_exporter_alarms_open') === 1);
    daemon.setState(UUIDS.web, { state: 'running' });
    await until((page) => valueOf(page, 'faultline_exporter_alarms_open') === 0);
    await until(() => oms.reports.filter(({ type }) => type === 'alarm').length === 2);
    const [raised, cleared] = oms.reports.flatMap((report) => (report.type === 'alarm' ? [report.alarm] : []));
    expect(raised).toMatchObject({
      name: 'VM crashed',
      level: 'critical',
      vm: { uuid: UUIDS.web },
      occurrences: 1,
    });
    expect(cleared?.id).toBe(raised?.id);
    expect(cleared?.cleared).toBeGreaterThan(raised?.raised ?? Infinity);
  });

  it('tells what was found in a guest when it changes, and raises and clears its alarms (D17, D20)', async () => {
    const guest = linuxGuest();
    const ping = (exitCode: number) => ({ ping: { exitCode, out: 'one packet' } });
    guest.options.programs = ping(1);
    const daemon = await daemonWith({
      domains: [{ name: 'web', uuid: UUIDS.web, xml: guestXml(), agent: guest.agent }],
    });
    const oms = fakeOms();
    const settings = { libvirtAgentUri: daemon.uri, guestIntervalMs: 200, guestExternalAddress: '192.0.2.1' };
    const { until } = await exporterFor(daemon.uri, { ...(await reporting()), ...settings }, { fetch: oms.fetch });
    const alarms = () => oms.reports.flatMap((report) => (report.type === 'alarm' ? [report.alarm] : []));
    const verdicts = () => oms.reports.flatMap((report) => (report.type === 'guest-probe' ? [report.verdict] : []));
    await until(() => alarms().length === 2);
    expect(alarms().map(({ key, level, cleared }) => [key, level, cleared])).toEqual([
      [`guest-external-abnormal/${UUIDS.web}`, 'major', undefined],
      [`guest-gateway-abnormal/${UUIDS.web}`, 'major', undefined],
    ]);
    guest.options.programs = ping(0);
    await until(() => alarms().filter(({ cleared }) => cleared !== undefined).length === 2);
    await until(() => verdicts().at(-1) === 'ok');
    expect(verdicts()[0]).toBe('both-abnormal');
  });

  it('spools while the OMS is away, over a restart, with the original times and ids (decision 10)', async () => {
    const daemon = await daemonWith();
    const settings = await reporting();
    let status = 503;
    const oms = fakeOms(() => status);
    const first = await exporterFor(daemon.uri, settings, { fetch: oms.fetch });
    await first.exporter.nextCycle();
    daemon.emitLifecycle(UUIDS.web, 'resumed', 'unpaused');
    const received = Date.now();
    await first.until((page) => (valueOf(page, 'faultline_exporter_spool_reports') ?? 0) >= 2);
    await first.stop();
    status = 200;
    const second = await exporterFor(daemon.uri, settings, { fetch: oms.fetch });
    await second.until(() => oms.reports.some(({ type }) => type === 'observation-gap'));
    const event = oms.reports.find(({ type }) => type === 'domain-event');
    expect(event).toMatchObject({ type: 'domain-event', detail: 'resumed (unpaused)' });
    expect(event?.type === 'domain-event' && Math.abs(event.at - received)).toBeLessThan(1000);
    // The time in which no exporter ran is a gap as well.
    expect(oms.reports.find(({ type }) => type === 'observation-gap')).toMatchObject({
      cause: 'the exporter was not running',
    });
  });
});

describe('losing libvirtd', () => {
  it('shows it, claims nothing of the domains, comes back, reads everything again and reports the gap', async () => {
    const daemon = await daemonWith();
    const oms = fakeOms();
    const { exporter, until } = await exporterFor(daemon.uri, await reporting(), { fetch: oms.fetch });
    const before = await exporter.nextCycle();
    await daemon.goDown();
    const away = await until((page) => valueOf(page, METRICS.up) === 0);
    expect(away).not.toContain('domain="web"');
    expect(away).toContain('faultline_host_info{host="nc1",version="9.0.0"} 1');
    daemon.setState(UUIDS.web, { state: 'shutoff', reason: 'crashed' });
    await daemon.comeUp();
    const back = await until((page) => valueOf(page, METRICS.up) === 1);
    expect(valueOf(back, ofDomain(METRICS.domainState, 'web', ',state="shutoff"'))).toBe(1);
    expect(valueOf(back, 'faultline_exporter_reconnects_total{lane="state"}')).toBe(1);
    await until(() => oms.reports.some(({ type }) => type === 'observation-gap'));
    const gap = oms.reports.find((report) => report.type === 'observation-gap');
    expect(gap?.from).toBeGreaterThanOrEqual(before.cycle.at);
    expect(gap?.to).toBeGreaterThan(gap?.from ?? Infinity);
    expect(oms.reports.filter(({ type }) => type === 'observation-gap')).toHaveLength(1);
    // Events flow again over the new connection.
    daemon.emitLifecycle(UUIDS.web, 'started', 'booted');
    await until(() =>
      oms.reports.some((report) => report.type === 'domain-event' && report.detail === 'started (booted)'),
    );
  });

  it('starts without libvirtd, and finds it when it comes', async () => {
    const daemon = await daemonWith();
    await daemon.goDown();
    const { exporter, until, scrape } = await exporterFor(daemon.uri);
    expect((await exporter.nextCycle()).up).toBe(false);
    expect(valueOf(await scrape(), METRICS.up)).toBe(0);
    await daemon.comeUp();
    await until((page) => valueOf(page, METRICS.up) === 1);
  });

  it('treats a libvirtd that no longer answers as lost', async () => {
    const daemon = await daemonWith();
    const { until } = await exporterFor(daemon.uri, { callTimeoutMs: 200 });
    await until((page) => valueOf(page, METRICS.up) === 1);
    daemon.hold({ procedure: 'connectGetAllDomainStats' });
    await until((page) => valueOf(page, METRICS.up) === 0);
    daemon.release();
    await until((page) => valueOf(page, METRICS.up) === 1);
  });
});

describe('stopping', () => {
  it('does not wait for a stuck libvirtd', async () => {
    const daemon = await daemonWith();
    const { exporter, stop } = await exporterFor(daemon.uri, { statsTimeoutMs: 60_000 });
    await exporter.nextCycle();
    daemon.hang(UUIDS.web);
    const begun = performance.now();
    await stop();
    expect(performance.now() - begun).toBeLessThan(3000);
  });

  it('refuses a libvirt URI that no waiting mends', async () => {
    await expect(exporterFor('qemu+ssh://host/system')).rejects.toMatchObject({
      code: 'bad-setting',
      key: '--libvirt.uri',
    });
  });

  it('refuses an address that is taken', async () => {
    const daemon = await daemonWith();
    const { exporter } = await exporterFor(daemon.uri);
    const { hostname: host, port } = new URL(exporter.url);
    await expect(exporterFor(daemon.uri, { listen: [{ host, port: Number(port) }] })).rejects.toThrow(
      /^--web\.listen-address: cannot be listened on: listen EADDRINUSE.* 127\.0\.0\.1:[0-9]+$/,
    );
  });

  it('refuses a spool folder that cannot be made, and one that another exporter holds', async () => {
    const daemon = await daemonWith();
    const settings = await reporting();
    await writeFile(join(settings.spoolDir, 'alarms.json'), '{"open":[],"unsettled":[]}');
    await exporterFor(daemon.uri, settings, { fetch: fakeOms().fetch });
    await expect(exporterFor(daemon.uri, settings)).rejects.toThrow(
      /^--spool\.dir: ".*" is in use by another exporter/,
    );
    const spoolDir = join(settings.spoolDir, 'alarms.json', 'spool');
    await expect(exporterFor(daemon.uri, { ...settings, spoolDir })).rejects.toThrow(
      /^--spool\.dir: ".*" cannot be used: ENOTDIR/,
    );
  });
});
