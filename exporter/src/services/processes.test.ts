import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { wantedServices } from './catalogue.ts';
import { judgeProcess, parseStat, ServiceProcesses, type ProcessFacts } from './processes.ts';

const FIXTURES = join(import.meta.dirname, '../fixtures');
const places = { procfs: join(FIXTURES, 'proc'), rootfs: join(FIXTURES, 'root') };
const self = { pid: process.pid };

const named = (name: string) => {
  const [service] = wantedServices([name]);
  if (service === undefined) throw new Error(`no service ${name}`);
  return service;
};
const known = (name: string) => ({ ...named(name), isNamed: false });
const running = (facts: Partial<ProcessFacts>): ProcessFacts => ({
  pid: 10,
  comm: 'libvirtd',
  state: 'S',
  startedAt: 1000,
  args: [],
  pids: [facts.pid ?? 10],
  ...facts,
});

describe('services without systemd (B10, B19), on a fixture tree', () => {
  it('are active by their process, failed by the PID file that it left behind, and left out where there is no sign of them', async () => {
    const services = await new ServiceProcesses(places, wantedServices([]), self).read();
    expect(services.map(({ name, state, ok }) => [name, state, ok])).toEqual([
      ['libvirtd', 'active', true],
      ['virtlogd', 'active', true],
      ['ovs-vswitchd', 'active', true],
      ['multipathd', 'failed', false],
    ]);
    expect(services[0]).toMatchObject({ pid: 812, startedAt: 1_760_000_000_000 + 1_500_000, restarts: null });
  });

  it('are at fault when an operator named them and they do not run', async () => {
    const services = await new ServiceProcesses(places, wantedServices(['iscsid', 'libvirtd']), self).read();
    expect(services).toMatchObject([
      { name: 'iscsid', role: 'storage-client', state: 'inactive', ok: false },
      { name: 'libvirtd', role: 'hypervisor', state: 'active', ok: true },
    ]);
  });

  it('cannot be known without the list of processes', async () => {
    await expect(
      new ServiceProcesses({ ...places, procfs: join(FIXTURES, 'nothing') }, [], self).read(),
    ).rejects.toThrow('ENOENT');
  });
});

describe('a process that was none of ours', () => {
  let procfs: string;
  const become = (comm: string) => writeFile(join(procfs, '50/stat'), `50 (${comm}) S ${'0 '.repeat(18)}100 0`);
  beforeEach(async () => {
    procfs = await mkdtemp(join(tmpdir(), 'faultline-proc-'));
    await writeFile(join(procfs, 'stat'), 'btime 1760000000\n');
    await mkdir(join(procfs, '50'));
    await become('systemd');
  });
  afterEach(() => rm(procfs, { recursive: true }));

  const readerOf = () => new ServiceProcesses({ procfs, rootfs: procfs }, [known('libvirtd')], self);
  const cyclesUntilFound = async (reader: ServiceProcesses): Promise<number> => {
    for (let cycle = 1; cycle <= 100; cycle += 1) if ((await reader.read()).length > 0) return cycle;
    throw new Error('never found');
  };

  it('is found at once when it was between fork and execve', async () => {
    const reader = readerOf();
    expect(await reader.read()).toEqual([]);
    await become('libvirtd');
    expect(await cyclesUntilFound(reader)).toBe(1);
  });

  it('is found within twenty cycles when it became one of ours later, or its number was given anew', async () => {
    const reader = readerOf();
    for (let cycle = 0; cycle < 7; cycle += 1) expect(await reader.read()).toEqual([]);
    await become('libvirtd');
    expect(await cyclesUntilFound(reader)).toBeLessThanOrEqual(20);
    // From then on it is looked at in every cycle.
    await become('bash');
    expect(await reader.read()).toEqual([]);
  });
});

describe('a process as a service', () => {
  const none = { pidFile: null, self: 1 };
  it.each([
    ['a dead one that nobody has buried', [running({ state: 'Z' })], none, 'failed'],
    ['a PID file of nobody', [], { pidFile: 10, self: 1 }, 'failed'],
    ['a PID that another program has now', [running({ comm: 'sshd' })], { pidFile: 10, self: 1 }, 'failed'],
    ['the one of the PID file', [running({}), running({ pid: 11, startedAt: 0 })], { pidFile: 10, self: 1 }, 'active'],
    ['another one of that name, as containers have', [running({ pid: 11 })], { pidFile: 10, self: 1 }, 'failed'],
    ['one that is called so in its container', [running({ pids: [10, 8] })], { pidFile: 8, self: 1 }, 'active'],
    ['none', [], none, undefined],
  ])('%s', (_case, processes, options, state) => {
    const reading = judgeProcess(known('libvirtd'), processes, options);
    expect(reading?.state).toBe(state);
    if (state === 'active') expect(reading?.pid).toBe(10);
  });

  it('is found by a name that the kernel cut, and by its script', () => {
    const cut = running({ comm: 'cloudstack-agen' });
    expect(judgeProcess(known('cloudstack-agent'), [cut], none)).toMatchObject({ state: 'active' });
    const script = running({ comm: 'python3', args: ['python3', 'nova-compute'] });
    expect(judgeProcess(known('nova-compute'), [script], none)).toMatchObject({ state: 'active' });
    expect(judgeProcess(known('rpc-statd'), [running({ comm: 'rpc.statd' })], none)).toMatchObject({
      name: 'rpc-statd',
    });
  });

  it('is the exporter itself, whatever it was started as', () => {
    const own = running({ comm: 'MainThread', pid: 77 });
    expect(judgeProcess(known('faultline-exporter'), [own], { pidFile: null, self: 77 })).toMatchObject({ pid: 77 });
    expect(judgeProcess(known('faultline-oms'), [own], { pidFile: null, self: 77 })).toBeNull();
  });

  it.each([
    ['', null],
    ['12', null],
    ['12 (x) S 1 2', null],
    ['x (y) S 1', null],
  ])('is none in the line %j', (line, expected) => {
    expect(parseStat(line, 0)).toBe(expected);
  });

  it('may have any name', () => {
    const line = `5 (a) S (b\n) R ${Array.from({ length: 30 }, (_, index) => index).join(' ')}`;
    expect(parseStat(line, 5000)).toEqual({ pid: 5, comm: 'a) S (b\n', state: 'R', startedAt: 5000 + 180 });
  });
});
