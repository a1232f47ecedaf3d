import { setTimeout as delay } from 'node:timers/promises';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, type StatsGroup } from '@faultline/libvirt';
import { Lab, type LabHost } from '@faultline/lab';
import { Closers } from '../../closers.ts';
import { until } from '../../programs.ts';
import { openFolder } from '../../stack.ts';
import { median, ms, ratio, type Bench, type Figure } from '../table.ts';
import { cpuWhile, residentMiB } from './cpu-time.ts';
import { idleDomainPid, startIdleDomains } from './idle-domains.ts';
import { scrape, valueOf } from './page.ts';
import { startOurs, startTheirs, type Subject } from './subjects.ts';

const SIZES = [20, 100];
const SCRAPES = 30;
/** Prometheus' usual interval, and so the exporter's cycle. */
const CYCLE_MS = 15_000;
const CPU_CYCLES = 4;
const ROUNDS = 30;
const MEMORY_SCRAPES = 1000;
const TEST_DRIVER_DOMAINS = 1000;

/** What our collectors ask libvirt for, in one call, of domains without disks. */
const GROUPS: readonly StatsGroup[] = ['state', 'cpu', 'balloon', 'vcpu', 'interface'];

/**
 * The families that Debian's exporter has of these domains, which have no disks; state, number and their older names come with the
 * last flag.
 */
const SAME_FAMILIES: readonly string[] = [
  '--collector.disable-defaults',
  ...['host', 'domain_cpu', 'domain_memory', 'domain_interface'].map((name) => `--collector.${name}`),
  '--metrics.legacy-names',
];

/** Takes a figure as soon as it is measured. */
type Add = (...figures: Figure[]) => void;

async function latencies(ours: Subject, theirs: Subject): Promise<{ ours: number[]; theirs: number[] }> {
  const times = { ours: [] as number[], theirs: [] as number[] };
  await scrape(ours.url);
  await scrape(theirs.url);
  for (let i = 0; i < SCRAPES; i += 1) {
    times.ours.push((await scrape(ours.url)).tookMs);
    times.theirs.push((await scrape(theirs.url)).tookMs);
  }
  return times;
}

async function latency(domains: number, ours: Subject, theirs: Subject, bar: number): Promise<Figure> {
  const times = await latencies(ours, theirs);
  const [our, their] = [median(times.ours), median(times.theirs)];
  return {
    what: `\`/metrics\` median, ${domains} domains`,
    value: ms(our),
    against: `theirs: ${ms(their)}`,
    ratio: ratio(our, their),
    bar: `<= ${bar}`,
  };
}

interface Cpu {
  exporter: number;
  libvirtd: number;
}

/** CPU time a cycle, of the exporter and of libvirtd, ms, while Prometheus scrapes at its interval. */
async function cpuPerCycle(subject: Subject, libvirtd: number): Promise<Cpu> {
  await scrape(subject.url);
  const [own = NaN, daemon = NaN] = await cpuWhile([subject.pid, libvirtd], async () => {
    for (let i = 0; i < CPU_CYCLES; i += 1) {
      await delay(CYCLE_MS);
      await scrape(subject.url);
    }
  });
  return { exporter: own / CPU_CYCLES, libvirtd: daemon / CPU_CYCLES };
}

const sum = (cpu: Cpu): number => cpu.exporter + cpu.libvirtd;
const parts = (cpu: Cpu): string =>
  `${sum(cpu).toFixed(0)} ms (exporter ${cpu.exporter.toFixed(0)}, libvirtd ${cpu.libvirtd.toFixed(0)})`;

/** Two of ours that have run for a while when they are measured: what V8 compiles of a new process is no cost of a cycle. */
interface Warm {
  same: Subject;
  all: Subject;
}

/** By then V8 compiles hardly anything any more: six minutes. */
const WARM_CYCLES = 24;

async function untilWarm({ same, all }: Warm): Promise<void> {
  // Both began with the same cycle.
  const cycles = async (): Promise<number> => valueOf((await scrape(all.url)).text, 'faultline_cycle_number');
  while ((await cycles()) < WARM_CYCLES) {
    await delay(CYCLE_MS);
    await scrape(same.url);
  }
}

const cpuFigure = (what: string, ours: Cpu, theirs: Cpu, bar: number): Figure => ({
  what: `CPU a cycle, ${what}`,
  value: parts(ours),
  against: `theirs: ${parts(theirs)}`,
  ratio: ratio(sum(ours), sum(theirs)),
  bar: `<= ${bar}`,
});

/** Only one of them works while it is measured. Ends both. */
async function cpu(libvirtd: number, warm: Warm, theirs: Cpu, domains: number): Promise<Figure[]> {
  await untilWarm(warm);
  const { same, all } = warm;
  process.kill(all.pid, 'SIGSTOP');
  const ofSame = await cpuPerCycle(same, libvirtd);
  await same.end();
  process.kill(all.pid, 'SIGCONT');
  // libvirtd has given up a client that was silent for so long: it connects again, and reads the domains' XML once.
  await delay(2 * CYCLE_MS);
  const ofAll = await cpuPerCycle(all, libvirtd);
  return [
    cpuFigure(`only what theirs has, ${domains} domains`, ofSame, theirs, 0.8),
    cpuFigure(`everything on, ${domains} domains`, ofAll, theirs, 1.5),
  ];
}

/**
 * How long each of the next cycles took, ms. They are read half an interval after each, when `between` runs as well: so that neither meets
 * a cycle, and both find the daemon after the same rest.
 */
async function cycleTimes(
  subject: Subject,
  { cycles, intervalMs }: { cycles: number; intervalMs: number },
  between: () => Promise<void>,
): Promise<number[]> {
  const sumName = 'faultline_exporter_cycle_duration_seconds_sum';
  const read = async (): Promise<{ number: number; seconds: number }> => {
    const { text } = await scrape(subject.url);
    return { number: valueOf(text, 'faultline_cycle_number'), seconds: valueOf(text, sumName) };
  };
  const first = await until('a cycle', async () => (await read()).number, 30_000);
  await until('the next cycle', async () => (await read()).number > first, 30_000, 10);
  let due = performance.now() + intervalMs / 2;
  const times: number[] = [];
  let last: Awaited<ReturnType<typeof read>> | null = null;
  while (times.length < cycles) {
    await delay(due - performance.now());
    due += intervalMs;
    const now = await read();
    if (last !== null && now.number === last.number + 1) times.push((now.seconds - last.seconds) * 1000);
    last = now;
    await between();
  }
  return times;
}

/** What is read beside libvirt: the bare call has nothing of it, and both would run on one thread. */
const WITHOUT_HOST: readonly string[] = [
  ...['hardware', 'hardware_readings', 'hardware_smart', 'host_pressure', 'external', 'services', 'storage_pools'],
].map((name) => `--no-collector.${name}`);

/** One cycle's collection from libvirt against the bare call for the same groups, in turns. */
async function againstBareCall(
  uri: string,
  options: { what: string; groups: readonly StatsGroup[]; intervalMs: number },
): Promise<Figure> {
  const closers = new Closers();
  try {
    const connection = await connect({ uri });
    closers.add(() => connection.close());
    const subject = await startOurs(uri, closers, [...WITHOUT_HOST, '--cycle.interval', `${options.intervalMs}ms`]);
    const bare: number[] = [];
    const call = async (): Promise<void> => {
      const began = performance.now();
      await connection.domainStats({ groups: options.groups, flags: { noWait: true } });
      bare.push(performance.now() - began);
    };
    // Both are compiled code by then, as they are in a process that has run for a minute.
    await cycleTimes(subject, { cycles: 10, intervalMs: options.intervalMs }, call);
    bare.length = 0;
    const cycles = await cycleTimes(subject, { cycles: ROUNDS, intervalMs: options.intervalMs }, call);
    return {
      what: `one cycle's collection, ${options.what}, median`,
      value: ms(median(cycles)),
      against: `bare call: ${ms(median(bare))}`,
      ratio: ratio(median(cycles), median(bare)),
      bar: '<= 1.25',
    };
  } finally {
    await closers.close();
  }
}

async function frozen(host: LabHost, ours: Subject, theirs: Subject, domains: number): Promise<Figure> {
  const many = async (): Promise<number[]> => {
    const times: number[] = [];
    for (let i = 0; i < SCRAPES; i += 1) times.push((await scrape(ours.url)).tookMs);
    return times;
  };
  const qemu = await idleDomainPid(host);
  // A domain that runs: of a paused one Debian's exporter asks nothing that could hang.
  await host.virsh(['resume', 'idle001']);
  // Before and after, so that what changes with the minutes counts for neither.
  const well = await many();
  const timedOut = async (): Promise<boolean> =>
    /^libvirt_domain_timed_out\{domain="idle001",.*\} 1$/m.test((await scrape(ours.url)).text);
  process.kill(qemu, 'SIGSTOP');
  try {
    await until('the frozen domain is left out', timedOut, 60_000);
    const stuck = await many();
    const began = performance.now();
    const their = await scrape(theirs.url, 20_000).then(
      ({ tookMs }) => ms(tookMs),
      () => `no answer in ${((performance.now() - began) / 1000).toFixed(0)} s`,
    );
    process.kill(qemu, 'SIGCONT');
    await until('the domain is asked again', async () => !(await timedOut()), 60_000);
    well.push(...(await many()));
    return {
      what: `\`/metrics\` median, one of ${domains} QEMUs frozen`,
      value: ms(median(stuck)),
      against: `none frozen: ${ms(median(well))}; theirs: ${their}`,
      ratio: ratio(median(stuck), median(well)),
      bar: '<= 1.1',
    };
  } finally {
    process.kill(qemu, 'SIGCONT');
    await host.virsh(['suspend', 'idle001']);
  }
}

/** A scrape a cycle, a thousand times. */
async function memory(host: LabHost, domains: number): Promise<Figure> {
  const closers = new Closers();
  try {
    const subject = await startOurs(host.uri, closers, ['--cycle.interval', '500ms']);
    const resident: number[] = [];
    for (let i = 0; i < MEMORY_SCRAPES; i += 1) {
      await scrape(subject.url);
      resident.push(await residentMiB(subject.pid));
      await delay(250);
    }
    const quarter = MEMORY_SCRAPES / 4;
    const [second, last] = [median(resident.slice(quarter, 2 * quarter)), median(resident.slice(-quarter))];
    const mib = (value: number): string => `${value.toFixed(1)} MiB`;
    return {
      what: `resident memory after ${MEMORY_SCRAPES} scrapes, ${domains} domains`,
      value: `${mib(last)}, at most ${mib(Math.max(...resident))}`,
      against: `second quarter: ${mib(second)}`,
      ratio: ratio(last, second),
      bar: '<= 120 MB; <= 1.03',
    };
  } finally {
    await closers.close();
  }
}

/** A file for libvirt's test driver. */
function testHost(count: number): string {
  const domains = Array.from({ length: count }, (_, index) => {
    const name = `test${String(index + 1).padStart(4, '0')}`;
    return `<domain type='test'><name>${name}</name><memory>65536</memory><vcpu>1</vcpu><os><type>hvm</type></os></domain>`;
  });
  return `<node>${domains.join('\n')}</node>\n`;
}

async function testDriver(host: LabHost, closers: Closers): Promise<Figure> {
  // The daemon opens the file itself, in the host's own view of the machine: the lab's folder is the same there.
  const folder = await mkdtemp(join(tmpdir(), 'faultline-bench-'));
  closers.add(() => rm(folder, { recursive: true }));
  const file = join(folder, 'thousand.xml');
  await writeFile(file, testHost(TEST_DRIVER_DOMAINS));
  const socket = new URL(host.uri).searchParams.get('socket') ?? '';
  const uri = `test+unix://${file}?socket=${encodeURIComponent(socket)}`;
  return againstBareCall(uri, {
    what: `${TEST_DRIVER_DOMAINS} domains of the test driver`,
    groups: GROUPS,
    intervalMs: 500,
  });
}

async function ofSize(host: LabHost, folder: string, domains: number, add: Add): Promise<void> {
  await startIdleDomains(host, folder, domains);
  const libvirtd = (await host.libvirtd())?.pid ?? NaN;
  const closers = new Closers();
  try {
    const theirs = await startTheirs(host, closers);
    const cpuOfTheirs = await cpuPerCycle(theirs, libvirtd);
    const warm = { same: await startOurs(host.uri, closers, SAME_FAMILIES), all: await startOurs(host.uri, closers) };
    add(await latency(domains, warm.all, theirs, domains >= 100 ? 0.25 : 0.5));
    add(await againstBareCall(host.uri, { what: `${domains} domains`, groups: GROUPS, intervalMs: 2000 }));
    if (domains === SIZES[0]) add(await memory(host, domains));
    add(...(await cpu(libvirtd, warm, cpuOfTheirs, domains)));
    add(await frozen(host, warm.all, theirs, domains));
  } finally {
    await closers.close();
  }
}

/** Ours against Debian's prometheus-libvirt-exporter, on one libvirtd. */
export const exporter: Bench = {
  name: 'exporter',
  async run(say) {
    const closers = new Closers();
    try {
      const folder = await openFolder(closers);
      const labFolder = join(folder, 'lab');
      closers.add(() => Lab.down(labFolder));
      const lab = await Lab.up({ folder: labFolder, hosts: 1, guests: [] });
      const host = lab.host('hA');
      const figures: Figure[] = [];
      const add: Add = (...measured) => {
        figures.push(...measured);
        for (const { what, value, against, ratio } of measured) say(`${what}: ${value}; ${against}; ${ratio}`);
      };
      add(await testDriver(host, closers));
      for (const size of SIZES) await ofSize(host, folder, size, add);
      return figures;
    } finally {
      await closers.close();
    }
  },
};
