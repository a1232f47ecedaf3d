import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';
import type { HostReport, HostReportBatch } from '@faultline/contracts';
import { METRICS } from '@faultline/contracts';
import { Lab, type LabGuest } from '@faultline/lab';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startExporter, until, type Exporter } from './programs.ts';

const MINUTE = 60_000;
const CYCLE_MS = 1000;

/** Receives what the exporter reports, and keeps it; while `isAway`, it answers as an OMS whose database is gone. */
async function startReceiver() {
  const reports: HostReport[] = [];
  const state = { isAway: false };
  const receive = async (request: IncomingMessage): Promise<string> => {
    const { reports: received } = JSON.parse(await text(request)) as HostReportBatch;
    reports.push(...received);
    return JSON.stringify({ stored: received.length, known: 0 });
  };
  const server = createServer((request, response) => {
    if (state.isAway) {
      response.writeHead(503).end();
      return;
    }
    receive(request).then(
      (answer) => response.end(answer),
      (error: unknown) => response.writeHead(400).end(String(error)),
    );
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const close = async (): Promise<void> => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  };
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, reports, state, close };
}

/** The page of one scrape, and how long it took (ms). */
class Page {
  readonly text: string;
  readonly tookMs: number;

  constructor(body: string, tookMs: number) {
    this.text = body;
    this.tookMs = tookMs;
  }

  of(metric: string, guest: LabGuest, labels = ''): number | undefined {
    return this.value(`${metric}{domain="${guest.name}",uuid="${guest.uuid}"${labels}}`);
  }

  value(series: string): number | undefined {
    const line = this.text.split('\n').find((each) => each.startsWith(`${series} `));
    return line === undefined ? undefined : Number(line.slice(series.length + 1));
  }

  state(guest: LabGuest): string | undefined {
    const start = `${METRICS.domainStateReason}{domain="${guest.name}",uuid="${guest.uuid}",`;
    const line = this.text.split('\n').find((each) => each.startsWith(start));
    return line?.slice(start.length).replace(/^state="(.*)",reason="(.*)"\} 1$/, '$1 ($2)');
  }
}

describe('an exporter for a real libvirt host', () => {
  let folder: string;
  let lab: Lab;
  let exporter: Exporter;
  let receiver: Awaited<ReturnType<typeof startReceiver>>;
  let vm1: LabGuest;
  let vm2: LabGuest;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'faultline-exporter-'));
    lab = await Lab.up({ folder: join(folder, 'lab'), guests: [{ name: 'vm1' }, { name: 'vm2' }] });
    vm1 = lab.guest('vm1');
    vm2 = lab.guest('vm2');
    receiver = await startReceiver();
    exporter = await start();
  }, 3 * MINUTE);

  const start = (): Promise<Exporter> =>
    startExporter({
      libvirtUri: vm1.host.uri,
      omsUrl: receiver.url,
      spoolDir: join(folder, 'spool'),
      cycleInterval: `${CYCLE_MS}ms`,
    });

  afterAll(async () => {
    await exporter.end();
    await receiver.close();
    await lab.down();
    await rm(folder, { recursive: true, force: true });
  }, MINUTE);

  async function scrape(): Promise<Page> {
    const begun = performance.now();
    const response = await fetch(exporter.metricsUrl);
    const body = await response.text();
    return new Page(body, performance.now() - begun);
  }

  const untilPage = (what: string, isSo: (page: Page) => boolean, timeoutMs = 20_000): Promise<Page> =>
    until(
      what,
      async () => {
        const page = await scrape();
        return isSo(page) ? page : undefined;
      },
      timeoutMs,
    ).catch((error: unknown) => {
      throw new Error(`${String(error)}\n${exporter.output()}`, { cause: error });
    });

  it('shows states, CPU, vCPUs, memory and agents of real guests, and promtool has nothing to say', async () => {
    const page = await untilPage('both guests with statistics', (each) =>
      [vm1, vm2].every((guest) => (each.of(METRICS.domainCpuTime, guest) ?? 0) > 0),
    );
    for (const guest of [vm1, vm2]) {
      expect(page.state(guest)).toBe('running (booted)');
      expect(page.of(METRICS.domainVirtualCpus, guest)).toBe(1);
      expect(page.of('libvirt_domain_vcpu_time_seconds_total', guest, ',vcpu="0"')).toBeGreaterThan(0);
      expect(page.of('libvirt_domain_info_memory_usage_bytes', guest)).toBe(128 * 1_048_576);
      expect(page.of('libvirt_domain_guest_agent_connected', guest)).toBe(1);
      expect(page.of('libvirt_domain_control_state', guest, ',state="ok"')).toBeDefined();
      const age = Date.now() / 1000 - (page.of(METRICS.domainStatsTimestamp, guest) ?? 0);
      expect(age).toBeLessThan(5);
    }
    expect(page.value(METRICS.up)).toBe(1);
    const promtool = spawnSync('promtool', ['check', 'metrics'], { input: page.text, encoding: 'utf8' });
    if (promtool.error) throw new Error('promtool is missing (Debian package prometheus)', { cause: promtool.error });
    expect(promtool.stdout + promtool.stderr).toBe('');
  });

  /** The slowest of 50 scrapes, spread over `overMs`. */
  async function slowestScrape(overMs: number): Promise<number> {
    const took: number[] = [];
    for (let request = 0; request < 50; request += 1) {
      took.push((await scrape()).tookMs);
      await pause(overMs / 50);
    }
    return Math.max(...took);
  }

  it(
    'answers within 50 ms with a QEMU frozen, keeps its state, and loses nothing of its neighbour (decision 2)',
    async () => {
      const before = await scrape();
      await vm1.freeze();
      // From the first moment on: the bulk call runs into the frozen monitor while these are answered. A machine that is busy with
      // other things may delay one round of scrapes; waiting for libvirt would delay each of them, and by seconds.
      const rounds: number[] = [];
      for (let round = 0; round < 3 && Math.min(...rounds, Infinity) >= 50; round += 1)
        rounds.push(await slowestScrape(4000));
      process.stderr.write(
        `slowest of 50 scrapes with a QEMU frozen, by round: ${rounds.map((ms) => ms.toFixed(1)).join(', ')} ms\n`,
      );
      expect(Math.min(...rounds)).toBeLessThan(50);

      const frozen = await untilPage(
        'the frozen one left out',
        (page) => page.of('libvirt_domain_timed_out', vm1) === 1,
      );
      expect(frozen.state(vm1)).toBe('running (booted)');
      expect(frozen.of('libvirt_domain_control_state', vm1, ',state="occupied"')).toBe(1);
      expect(frozen.of(METRICS.domainCpuTime, vm1)).toBeUndefined();
      expect(frozen.of(METRICS.domainStatsTimestamp, vm1)).toBeGreaterThan(0);
      expect(frozen.value('faultline_exporter_stats_calls_stuck')).toBe(1);
      const families = (page: Page, guest: LabGuest): string[] =>
        page.text
          .split('\n')
          .filter((line) => line.includes(guest.uuid))
          .map((line) => line.slice(0, line.lastIndexOf(' ')));
      expect(families(frozen, vm2)).toEqual(families(before, vm2));

      const readAt = frozen.of(METRICS.domainStatsTimestamp, vm2) ?? Infinity;
      const cpuTime = frozen.of(METRICS.domainCpuTime, vm2) ?? Infinity;
      const advanced = await untilPage(
        'the neighbour advances',
        (page) =>
          (page.of(METRICS.domainStatsTimestamp, vm2) ?? 0) > readAt &&
          (page.of(METRICS.domainCpuTime, vm2) ?? 0) > cpuTime,
      );
      expect(Date.now() / 1000 - (advanced.of(METRICS.domainStatsTimestamp, vm2) ?? 0)).toBeLessThan(3);
      expect(advanced.value('faultline_exporter_stats_calls_stuck')).toBe(1);

      await vm1.thaw();
      const thawed = Date.now() / 1000;
      const live = await untilPage(
        'all is live again',
        (page) =>
          (page.of(METRICS.domainStatsTimestamp, vm1) ?? 0) > thawed &&
          page.of(METRICS.domainCpuTime, vm1) !== undefined,
      );
      expect(live.of('libvirt_domain_timed_out', vm1)).toBe(0);
      expect(live.value('faultline_exporter_stats_calls_stuck')).toBe(0);
    },
    MINUTE,
  );

  it(
    'reads everything again after libvirtd was away, and reports the gap with nothing guessed',
    async () => {
      const before = receiver.reports.length;
      let wasDown = 0;
      await vm1.host.restartLibvirtd({
        signal: 'SIGKILL',
        whileDown: async () => {
          wasDown = Date.now();
          const away = await untilPage('libvirt is seen to be away', (page) => page.value(METRICS.up) === 0);
          expect(away.text).not.toContain(vm1.uuid);
          expect(away.text).not.toContain(vm2.uuid);
          await vm2.kill('SIGKILL');
        },
      });
      const back = Date.now();
      const page = await untilPage('the change is seen', (each) => each.state(vm2)?.startsWith('shutoff') === true);
      expect(page.value(METRICS.up)).toBe(1);
      expect(page.state(vm1)).toMatch(/^running/);
      expect(page.of(METRICS.domainCpuTime, vm1)).toBeGreaterThan(0);
      const gap = await until(
        'the gap is reported',
        () => Promise.resolve(receiver.reports.slice(before).find((report) => report.type === 'observation-gap')),
        10_000,
      );
      expect(gap.from).toBeLessThanOrEqual(wasDown);
      expect(gap.from).toBeGreaterThan(wasDown - 5 * CYCLE_MS);
      expect(gap.to).toBeGreaterThan(wasDown);
      expect(gap.to).toBeLessThan(back + 15_000);
      await vm2.start();
      await vm2.waitForAgent();
    },
    2 * MINUTE,
  );

  it(
    'reports a panic within 2 s of its true time, and raises the alarm itself (A44)',
    async () => {
      await untilPage('the guest is back', (page) => page.of('libvirt_domain_guest_agent_connected', vm2) === 1);
      const before = receiver.reports.length;
      const panicked = await vm2.panic();
      const since = (): HostReport[] => receiver.reports.slice(before);
      const event = await until(
        'the event',
        () =>
          Promise.resolve(
            since().find((report) => report.type === 'domain-event' && report.detail === 'crashed (panicked)'),
          ),
        10_000,
      );
      expect(event).toMatchObject({ vm: { uuid: vm2.uuid, name: 'vm2' }, event: 'lifecycle' });
      expect(event.type === 'domain-event' && Math.abs(event.at - panicked)).toBeLessThan(2000);
      const alarm = await until(
        'the alarm',
        () => Promise.resolve(since().find((report) => report.type === 'alarm' && report.alarm.name === 'VM crashed')),
        10_000,
      );
      expect(alarm).toMatchObject({
        alarm: { level: 'critical', category: 'processing', vm: { uuid: vm2.uuid }, occurrences: 1 },
      });
      await vm2.waitForState('shut off');
      await vm2.start();
      await until(
        'the alarm is cleared',
        () =>
          Promise.resolve(
            since().some(
              (report) =>
                report.type === 'alarm' &&
                alarm.type === 'alarm' &&
                report.alarm.id === alarm.alarm.id &&
                report.alarm.cleared !== undefined,
            ),
          ),
        20_000,
      );
      const records = new Set(since().flatMap((report) => (report.type === 'alarm' ? [report.alarm.id] : [])));
      expect(records.size).toBe(1);
    },
    2 * MINUTE,
  );

  it(
    'loses nothing that it saw when it is killed with SIGKILL while the OMS is away (decision 10)',
    async () => {
      await untilPage('everything before is delivered', (page) => page.value('faultline_exporter_spool_reports') === 0);
      const before = receiver.reports.length;
      receiver.state.isAway = true;
      const from = Date.now();
      await vm1.host.virsh(['suspend', vm1.uuid]);
      await vm1.host.virsh(['resume', vm1.uuid]);
      const to = Date.now();
      await untilPage('both events are on disk', (page) => (page.value('faultline_exporter_spool_reports') ?? 0) >= 2);
      await exporter.end('SIGKILL');
      receiver.state.isAway = false;
      exporter = await start();
      const events = await until(
        'both events arrive',
        () => {
          const found = receiver.reports
            .slice(before)
            .filter((report) => report.type === 'domain-event' && report.vm.uuid === vm1.uuid);
          return Promise.resolve(found.length >= 2 && found);
        },
        20_000,
      );
      expect(events).toMatchObject([
        { event: 'lifecycle', detail: 'suspended (paused)' },
        { event: 'lifecycle', detail: 'resumed (unpaused)', observed: { state: 'running' } },
      ]);
      for (const event of events) {
        if (event.type !== 'domain-event') continue;
        expect(event.at).toBeGreaterThanOrEqual(from);
        expect(event.at).toBeLessThanOrEqual(to + 1000);
      }
      const gap = await until(
        'the time without an exporter is reported as a gap',
        () => Promise.resolve(receiver.reports.slice(before).find((report) => report.type === 'observation-gap')),
        10_000,
      );
      expect(gap).toMatchObject({ cause: 'the exporter was not running' });
    },
    MINUTE,
  );
});
