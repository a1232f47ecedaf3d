import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { METRICS } from '@faultline/contracts';
import { Lab, ServedMount, type LabHost } from '@faultline/lab';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startExporter, until, type Exporter } from './programs.ts';

const MINUTE = 60_000;
const TYPE = 'fuse.sshfs';
const MOUNT_TIMEOUT_MS = 1500;
const CYCLE_MS = 500;

/** One scrape: one cycle of the host. */
class Page {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  value(series: string): number | undefined {
    const line = this.text.split('\n').find((each) => each.startsWith(`${series} `));
    return line === undefined ? undefined : Number(line.slice(series.length + 1));
  }

  /** The state of a state set: the one that is 1. */
  stateOf(metric: string, labels: string): string | undefined {
    const line = this.text
      .split('\n')
      .find((each) => each.startsWith(`${metric}{${labels},state=`) && each.endsWith(' 1'));
    return /state="([a-z]+)"\} 1$/.exec(line ?? '')?.[1];
  }

  service(name: string): string | undefined {
    return this.stateOf(METRICS.serviceState, `service="${name}"`);
  }

  mount(id: string, path: string): string | undefined {
    return this.stateOf(METRICS.externalPathState, `kind="mount",id="${id}",name="${path}"`);
  }

  /** The lab's uplink by its name: its id is its address. */
  uplink(): string | undefined {
    const line = this.text
      .split('\n')
      .find((each) => /_path_state\{kind="uplink",.*,name="br0\/uplink",.* 1$/.test(each));
    return /state="([a-z]+)"\} 1$/.exec(line ?? '')?.[1];
  }
}

/** sysfs as it is seen in a host's network: mounted by a process that lives there. */
async function sysfsOf(host: LabHost, folder: string): Promise<{ path: string; holder: ChildProcess }> {
  const [member] = await host.processes();
  if (member === undefined) throw new Error(`host ${host.name} runs nothing`);
  const script = 'mount -t sysfs sysfs "$1" && echo mounted && exec sleep infinity';
  const enter = ['--target', `${member.pid}`, '--net', 'unshare', '--mount', 'sh', '-c', script, 'sh', folder];
  const holder = spawn('nsenter', enter, { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(holder.stdout, 'data');
  return { path: `/proc/${holder.pid}/root${folder}`, holder };
}

/** How many programs of this exporter ask this file system at one moment; another exporter on the machine asks it, too. */
async function askersOf(path: string, exporterPid: number): Promise<number> {
  const read = (file: string): Promise<string> => readFile(file, 'utf8').catch(() => '');
  const asks = async (pid: string): Promise<boolean> => {
    const [line, stat] = await Promise.all([read(`/proc/${pid}/cmdline`), read(`/proc/${pid}/stat`)]);
    const [, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return line.startsWith('stat\0') && line.includes(`\0${path}\0`) && parent === String(exporterPid);
  };
  const asking = async (pids: readonly string[]): Promise<string[]> => {
    const does = await Promise.all(pids.map(asks));
    return pids.filter((_pid, index) => does[index]);
  };
  const found = await asking((await readdir('/proc')).filter((name) => /^\d+$/.test(name)));
  // Looking takes its time: one may have ended before the next one began.
  return (await asking(found)).length;
}

describe('the state of a real host beside its VMs: services and what is attached, in one scrape (B9, B10)', () => {
  let folder: string;
  let lab: Lab;
  let host: LabHost;
  let holder: ChildProcess;
  let good: ServedMount;
  let bad: ServedMount;
  let exporter: Exporter;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'faultline-host-'));
    lab = await Lab.up({ folder: join(folder, 'lab'), guests: [{ name: 'vm1' }], boot: false });
    [host] = lab.hosts as [LabHost];
    const sysfs = await sysfsOf(host, folder);
    holder = sysfs.holder;
    good = await ServedMount.mount({ type: TYPE, source: 'nas.example:/good' });
    bad = await ServedMount.mount({ type: TYPE, source: 'nas.example:/images/' });
    exporter = await startExporter({
      libvirtUri: host.uri,
      cycleInterval: `${CYCLE_MS}ms`,
      args: [
        ...['--services.manager', 'process', '--path.rootfs', host.folder, '--path.sysfs', sysfs.path],
        ...['--external.uplink', 'uplink', '--external.mount-timeout', `${MOUNT_TIMEOUT_MS}ms`],
        ...['--external.mount-type', TYPE],
      ],
    });
  }, 3 * MINUTE);

  afterAll(async () => {
    await exporter.end();
    await bad.remove();
    await good.remove();
    const gone = once(holder, 'exit');
    holder.kill('SIGKILL');
    await gone;
    await lab.down();
    await rm(folder, { recursive: true });
  }, MINUTE);

  async function scrape(): Promise<Page> {
    return new Page(await (await fetch(exporter.metricsUrl)).text());
  }

  const untilPage = (what: string, isSo: (page: Page) => boolean): Promise<Page> =>
    until(
      what,
      async () => {
        const page = await scrape();
        return isSo(page) ? page : undefined;
      },
      20_000,
    ).catch(async (error: unknown) => {
      throw new Error(`${String(error)}\n${(await scrape()).text}\n${exporter.output()}`, { cause: error });
    });

  const stateOfBad = (page: Page): string | undefined => page.mount('nas.example:/images', bad.path);

  it(
    'is all well at first, and promtool has nothing to say',
    async () => {
      const page = await untilPage('everything well', (each) => stateOfBad(each) === 'up' && each.uplink() === 'up');
      expect(page.value(METRICS.up)).toBe(1);
      expect(page.value(METRICS.cycleNumber)).toBeGreaterThan(0);
      for (const name of ['libvirtd', 'virtlogd', 'faultline-exporter']) {
        expect(page.service(name)).toBe('active');
        expect(page.value(`${METRICS.serviceOk}{service="${name}"}`)).toBe(1);
      }
      const startedAgo = Date.now() / 1000 - (page.value(`${METRICS.serviceStart}{service="libvirtd"}`) ?? 0);
      expect(startedAgo).toBeGreaterThan(0);
      expect(startedAgo).toBeLessThan(600);
      const answer = page.value(`faultline_external_mount_answer_seconds{id="nas.example:/good",name="${good.path}"}`);
      expect(answer).toBeGreaterThan(0);
      expect(answer).toBeLessThan(MOUNT_TIMEOUT_MS / 1000);
      expect(page.text).not.toMatch(/^faultline_external_read_success\{.*\} 0$/m);
      const promtool = spawnSync('promtool', ['check', 'metrics'], { input: page.text, encoding: 'utf8' });
      if (promtool.error) throw new Error('promtool is missing (Debian package prometheus)', { cause: promtool.error });
      expect(promtool.stdout + promtool.stderr).toBe('');
    },
    MINUTE,
  );

  it(
    'shows an uplink that was pulled, and plugged in again (B18)',
    async () => {
      await host.cutLink();
      const page = await untilPage('the uplink down', (each) => each.uplink() === 'down');
      expect(page.value(METRICS.up)).toBe(1);
      await host.mendLink();
      await untilPage('the uplink up', (each) => each.uplink() === 'up');
    },
    MINUTE,
  );

  it(
    'shows a libvirtd that was killed, in the cycle that cannot reach it, and the one after it (B19)',
    async () => {
      await host.stopLibvirtd({ signal: 'SIGKILL' });
      const page = await untilPage('libvirtd failed', (each) => each.service('libvirtd') === 'failed');
      expect(page.value(`${METRICS.serviceOk}{service="libvirtd"}`)).toBe(0);
      expect(page.service('virtlogd')).toBe('active');
      await untilPage(
        'libvirtd out of reach',
        (each) => each.value(METRICS.up) === 0 && each.service('libvirtd') === 'failed',
      );
      await host.startLibvirtd();
      await untilPage('libvirtd back', (each) => each.value(METRICS.up) === 1 && each.service('libvirtd') === 'active');
    },
    2 * MINUTE,
  );

  it(
    'is not held up by a mounted file system that hangs, and asks it with one program at a time (B9)',
    async () => {
      await untilPage('both answer', (each) => stateOfBad(each) === 'up');
      bad.behaviour = 'say nothing';
      const page = await untilPage('the file system down', (each) => stateOfBad(each) === 'down');
      expect(page.mount('nas.example:/good', good.path)).toBe('up');
      expect(page.value('faultline_external_mounts_unanswered')).toBe(1);
      expect(page.text).toContain(`no answer within ${MOUNT_TIMEOUT_MS} ms`);

      const downSince = page.value(METRICS.cycleNumber) ?? NaN;
      const askers: number[] = [];
      const later = await until(
        'eight more cycles',
        async () => {
          askers.push(await askersOf(bad.path, exporter.pid));
          const each = await scrape();
          return (each.value(METRICS.cycleNumber) ?? 0) >= downSince + 8 ? each : undefined;
        },
        30_000,
      );
      expect(Math.max(...askers)).toBe(1);
      expect(stateOfBad(later)).toBe('down');
      expect(later.value(METRICS.up)).toBe(1);
      for (const part of ['multipath', 'uplinks', 'mounts']) {
        expect(later.value(`faultline_external_read_success{part="${part}"}`)).toBe(1);
        const tookSeconds = later.value(`faultline_external_read_duration_seconds{part="${part}"}`);
        expect(tookSeconds).toBeLessThan(MOUNT_TIMEOUT_MS / 1000);
      }
      await bad.recover();
      const well = await untilPage('the file system up', (each) => stateOfBad(each) === 'up');
      expect(well.value('faultline_external_mounts_unanswered')).toBe(0);
    },
    MINUTE,
  );
});
