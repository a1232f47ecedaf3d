import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { Operation, OperationRequest, PerformedKind } from '@faultline/contracts';
import type { Lab, LabGuest, LabHost } from '@faultline/lab';
import { OmsApi } from './api.ts';
import { Closers } from './closers.ts';
import { controlFlags, makePool, POOL, stateOn, untilLogged } from './controlled.ts';
import { allOk, endedAtBrm, endedAtNc, failing, haltedBeforeNc, HOPS, told, type Task } from './flows.ts';
import { startOms, until, type Oms } from './programs.ts';
import { openFolder, openLab } from './stack.ts';
import { StartHook, type StartStage } from './start-hook.ts';

/** A guest that was asked has a minute; a machine may have other work. */
jest.setTimeout(120_000);

const NONE = 'none';
const CRASHED = 'shut off (crashed)';
const RUNS = 'running (booted)';

/** How an operation ends under a fault, and what virsh then says of the VM on its host. No other host ever has it. */
interface Ending {
  result: Operation['result'];
  cause?: RegExp;
  state: string;
}

/** One flow on one VM of its own, and what each fault makes of it. */
interface Row {
  vm: string;
  flow: PerformedKind;
  before: 'none' | 'shut off' | 'running' | 'paused';
  /** What holds the call in libvirtd, at its host or at the destination; absent: the VM's QEMU, which is stopped. */
  heldBy?: { host: 'hA' | 'hB'; stage: StartStage };
  /** `done`: an isolated NC still does it (decision 0017); those for which the guest is needed are forced. */
  isolated?: 'refused' | 'done' | 'done by force';
  brmRefuses?: true;
  libvirtdKilled: Ending;
  guestVanishes?: true;
}

const WENT_AWAY = 'libvirtd of hA went away in the middle: .*; read back from libvirt, ';
const readBack = (words: string): RegExp => new RegExp(`^${WENT_AWAY}${words}$`);

/**
 * Every flow by every fault. A BRM has a part in two of them; of a create and a start there is no guest that could vanish
 * before there is one. `-runs` and `-arrives`: the same flow when it has come further.
 */
const MATRIX: readonly Row[] = [
  {
    vm: 'create',
    flow: 'create',
    before: 'none',
    heldBy: { host: 'hA', stage: 'prepare' },
    isolated: 'refused',
    libvirtdKilled: {
      result: 'failed',
      cause: readBack('the VM was defined, but is shutoff \\(unknown\\); its definition was removed again'),
      state: NONE,
    },
  },
  {
    vm: 'create-runs',
    flow: 'create',
    before: 'none',
    heldBy: { host: 'hA', stage: 'started' },
    libvirtdKilled: { result: 'ok', state: RUNS },
  },
  {
    vm: 'snapshot',
    flow: 'snapshot',
    before: 'running',
    isolated: 'done',
    brmRefuses: true,
    libvirtdKilled: {
      result: 'failed',
      cause: readBack(
        'there is no snapshot libvirtd; the disks that were made are left, ' +
          'and its QEMU may have them open: \\S+/vols/snapshot-vda-libvirtd.qcow2',
      ),
      state: RUNS,
    },
    guestVanishes: true,
  },
  {
    vm: 'reboot',
    flow: 'reboot',
    before: 'running',
    isolated: 'done by force',
    libvirtdKilled: {
      result: 'timeout',
      cause: /^libvirtd of hA went away .*; whether the VM rebooted is not known; read back, it is running \(booted\)$/,
      state: RUNS,
    },
    guestVanishes: true,
  },
  {
    vm: 'attach-disk',
    flow: 'attach-disk',
    before: 'running',
    isolated: 'refused',
    brmRefuses: true,
    libvirtdKilled: { result: 'failed', cause: readBack('the VM has no disk vols/libvirtd.qcow2'), state: RUNS },
    guestVanishes: true,
  },
  {
    vm: 'start',
    flow: 'start',
    before: 'shut off',
    heldBy: { host: 'hA', stage: 'prepare' },
    isolated: 'refused',
    libvirtdKilled: {
      result: 'failed',
      cause: readBack('the VM is shutoff \\(unknown\\)'),
      state: 'shut off (unknown)',
    },
  },
  {
    vm: 'start-runs',
    flow: 'start',
    before: 'shut off',
    heldBy: { host: 'hA', stage: 'started' },
    libvirtdKilled: { result: 'ok', state: RUNS },
  },
  {
    vm: 'stop',
    flow: 'stop',
    before: 'running',
    isolated: 'done by force',
    libvirtdKilled: { result: 'failed', cause: readBack('the VM is running \\(booted\\)'), state: RUNS },
    guestVanishes: true,
  },
  {
    vm: 'migrate',
    flow: 'migrate',
    before: 'running',
    isolated: 'refused',
    libvirtdKilled: {
      result: 'failed',
      cause: readBack('the VM is running \\(booted\\) at its source and not known to libvirt on hB'),
      state: RUNS,
    },
    guestVanishes: true,
  },
  {
    vm: 'migrate-arrives',
    flow: 'migrate',
    before: 'running',
    heldBy: { host: 'hB', stage: 'prepare' },
    libvirtdKilled: {
      result: 'failed',
      cause: readBack('the VM is running \\(booted\\) at its source and not known to libvirt on hB'),
      state: RUNS,
    },
  },
  {
    vm: 'suspend',
    flow: 'suspend',
    before: 'running',
    isolated: 'done',
    libvirtdKilled: { result: 'failed', cause: readBack('the VM is running \\(booted\\)'), state: RUNS },
    guestVanishes: true,
  },
  {
    vm: 'resume',
    flow: 'resume',
    before: 'paused',
    isolated: 'done',
    libvirtdKilled: { result: 'failed', cause: readBack('the VM is paused \\(user\\)'), state: 'paused (user)' },
    guestVanishes: true,
  },
];

/** Every flow under every fault that it can meet, on two real hosts; what came of it is looked at with virsh. */
describe('the flows (A32-A38) under faults', () => {
  const closers = new Closers();
  let lab: Lab;
  let hA: LabHost;
  let hB: LabHost;
  let hooks: Record<'hA' | 'hB', StartHook>;
  let oms: Oms;
  let api: OmsApi;
  const definitions = new Map<string, string>();

  beforeAll(async () => {
    const guests = MATRIX.map(({ vm }) => ({ name: vm, memoryMiB: 80 }));
    lab = await openLab(closers, guests, { hosts: 2, boot: false });
    [hA, hB] = lab.hosts as [LabHost, LabHost];
    hooks = { hA: await StartHook.install(hA), hB: await StartHook.install(hB) };
    oms = await startOms(join(await openFolder(closers), 'oms'), controlFlags([hA, hB]));
    closers.add(() => oms.end());
    api = new OmsApi(oms.url);
    await makePool([hA, hB]);
    await hA.virsh(['pool-define-as', 'closed', 'dir', '--target', '/var/lib/libvirt/images/closed']);
    for (const row of MATRIX) {
      const { uuid } = guestOf(row);
      // Without a kernel it stays in its firmware: it runs, costs nothing, and answers nobody.
      const xml = await hA.virsh(['dumpxml', uuid, '--inactive']);
      definitions.set(row.vm, xml.replaceAll(/<(kernel|initrd|cmdline)>.*?<\/\1>/g, ''));
      await hA.virsh(['undefine', uuid]);
      if (row.before !== 'none')
        expect(await perform(row, { ...create(row), start: false })).toMatchObject({ result: 'ok' });
    }
  }, 180_000);

  afterAll(() => closers.close(), 60_000);

  const guestOf = ({ vm }: Row): LabGuest => lab.guest(vm);

  const create = ({ vm }: Row) =>
    ({ kind: 'create', host: hA.name, definition: { type: 'xml', xml: definitions.get(vm) ?? '' } }) as const;

  function taskOf(row: Row, fault: string, { pool = POOL, force = false } = {}): Task {
    switch (row.flow) {
      case 'create':
        return create(row);
      case 'snapshot':
        return { kind: 'snapshot', name: fault, pool };
      case 'attach-disk':
        return { kind: 'attach-disk', pool, volume: `${fault}.qcow2` };
      case 'migrate':
        return { kind: 'migrate', toHost: hB.name, unsafe: true };
      case 'stop':
      case 'reboot':
        return { kind: row.flow, ...(force && { force }) };
      default:
        return { kind: row.flow };
    }
  }

  const requestOf = (row: Row, task: Task): OperationRequest => ({
    ...{ id: randomUUID(), vm: guestOf(row).uuid, initiator: 'ana' },
    ...task,
  });
  const perform = (row: Row, task: Task): Promise<Operation> => api.perform(requestOf(row, task));

  /** Brings a VM into the state in which its flow finds it, whatever the fault before left. */
  async function bring(row: Row): Promise<void> {
    const { uuid } = guestOf(row);
    const now = await stateOn(hA, uuid);
    if (now !== NONE && !now.startsWith('shut off')) await hA.virsh(['destroy', uuid]);
    if (row.before === 'none' && now !== NONE) await hA.virsh(['undefine', uuid]);
    if (row.before === 'running') await hA.virsh(['start', uuid]);
    if (row.before === 'paused') await hA.virsh(['start', uuid, '--paused']);
  }

  /** What virsh says of a VM, its definition, its disks, its snapshots and the volumes that are named after it. */
  async function pictureOf(row: Row): Promise<string[]> {
    const { uuid } = guestOf(row);
    const volumes = (await hA.virsh(['vol-list', POOL])).split('\n').filter((line) => line.includes(`${row.vm}-vd`));
    const states = [await stateOn(hA, uuid), await stateOn(hB, uuid)];
    if (states[0] === NONE) return [...states, ...volumes];
    const asked = [['domblklist'], ['dumpxml', '--inactive'], ['snapshot-list', '--name']];
    return [...states, ...volumes, ...(await Promise.all(asked.map((words) => hA.virsh([...words, uuid]))))];
  }

  const rowsWith = (fault: keyof Row): Row[] => MATRIX.filter((row) => row[fault] !== undefined);

  async function makeVolumeOf(fault: string): Promise<void> {
    await hA.virsh(['vol-create-as', POOL, `${fault}.qcow2`, '4M', '--format', 'qcow2']);
  }

  /**
   * Asks for each flow, and has its call held inside of libvirtd: it was sent, and nobody has answered it. Those that a
   * hook of their own host holds come last: until they go on, that libvirtd lists no VM.
   */
  async function askAndHold(rows: readonly Row[], fault: string): Promise<Map<string, Promise<Operation>>> {
    await makeVolumeOf(fault);
    for (const row of rows) await bring(row);
    const endings = new Map<string, Promise<Operation>>();
    const frozen = rows.filter(({ heldBy }) => heldBy === undefined);
    for (const row of frozen) await guestOf(row).freeze();
    const heldAt = (host: LabHost): Row[] => rows.filter(({ heldBy }) => heldBy?.host === host.name);
    for (const row of [...frozen, ...heldAt(hB), ...heldAt(hA)]) {
      const { vm, heldBy } = row;
      if (heldBy !== undefined) await hooks[heldBy.host].hold(vm, heldBy.stage);
      const asked = requestOf(row, taskOf(row, fault));
      endings.set(vm, api.perform(asked));
      await untilLogged(oms, asked.id, 'asking libvirtd for');
      await until(`the call of ${vm} is held`, () => isHeld(row), 20_000, 20);
    }
    return endings;
  }

  async function isHeld({ heldBy, ...row }: Row): Promise<boolean> {
    if (heldBy !== undefined) return hooks[heldBy.host].reached(row.vm, heldBy.stage);
    return (await hA.virsh(['domcontrol', guestOf(row).uuid])).trim() !== 'ok';
  }

  async function letGo(rows: readonly Row[]): Promise<void> {
    for (const row of rows) {
      if (row.heldBy === undefined) await guestOf(row).thaw();
      else await hooks[row.heldBy.host].release(row.vm, row.heldBy.stage);
    }
  }

  describe('its NC is isolated (A31)', () => {
    const endings = new Map<string, Operation>();
    const before = new Map<string, string[]>();

    beforeAll(async () => {
      const rows = rowsWith('isolated');
      await makeVolumeOf('isolated');
      for (const row of rows) await bring(row);
      for (const row of rows) before.set(row.vm, await pictureOf(row));
      await api.isolate(hA.name, { by: 'bob', why: 'its memory fails' });
      const ask = async (row: Row): Promise<void> => {
        endings.set(row.vm, await perform(row, taskOf(row, 'isolated', { force: row.isolated === 'done by force' })));
      };
      await Promise.all(rows.map(ask));
      await api.release(hA.name, 'bob');
    });

    const refused = MATRIX.filter(({ isolated }) => isolated === 'refused');
    it.each(refused)('$vm is refused by CC, with who and why, and nothing is changed', async (row) => {
      const operation = endings.get(row.vm) as Operation;
      expect(told(operation)).toEqual(haltedBeforeNc(HOPS[row.flow]));
      const cause = expect.stringMatching(/^NC hA is in isolated state since \d.*Z, by bob: its memory fails$/);
      expect(operation).toMatchObject({ result: 'failed', cause });
      expect(failing(operation)).toMatchObject({ from: { role: 'CC' }, to: { role: 'NC', node: hA.name }, cause });
      expect(await pictureOf(row)).toEqual(before.get(row.vm));
    });

    const done = MATRIX.filter(({ isolated }) => isolated?.startsWith('done'));
    it.each(done)('$vm is done: what runs there can be saved and stopped ($isolated)', (row) => {
      const operation = endings.get(row.vm) as Operation;
      const forced = row.isolated === 'done by force';
      expect(told(operation)).toEqual(allOk(HOPS[forced ? (`forced ${row.flow}` as keyof typeof HOPS) : row.flow]));
    });
  });

  describe('its BRM refuses (A41)', () => {
    it.each(rowsWith('brmRefuses'))(
      '$vm ends at the BRM, whose pool is closed, and nothing is changed',
      async (row) => {
        await bring(row);
        const before = await pictureOf(row);
        const operation = await perform(row, taskOf(row, 'refused', { pool: 'closed' }));
        expect(told(operation)).toEqual(endedAtBrm(HOPS[row.flow]));
        const cause = expect.stringMatching(/pool 'closed' is not active \(VIR_ERR_OPERATION_INVALID\)$/);
        expect(operation).toMatchObject({ result: 'failed', cause });
        expect(failing(operation)).toMatchObject({ from: { role: 'BRM', node: hA.name }, cause });
        expect(await pictureOf(row)).toEqual(before);
      },
    );
  });

  describe('libvirtd is killed in the middle', () => {
    let endings: Map<string, Promise<Operation>>;

    beforeAll(async () => {
      endings = await askAndHold(MATRIX, 'libvirtd');
      await hA.restartLibvirtd({ signal: 'SIGKILL', whileDown: () => letGo(MATRIX) });
    });

    it.each(MATRIX)('$vm ends as $libvirtdKilled.result; virsh: $libvirtdKilled.state', async (row) => {
      const { result, cause, state } = row.libvirtdKilled;
      const operation = await endings.get(row.vm);
      expect(operation).toMatchObject({ result, ...(cause && { cause: expect.stringMatching(cause) }) });
      const hops = HOPS[row.flow];
      expect(told(operation as Operation)).toEqual(
        result === 'failed' || result === 'timeout' ? endedAtNc(hops, result) : allOk(hops),
      );
      expect([await stateOn(hA, guestOf(row).uuid), await stateOn(hB, guestOf(row).uuid)]).toEqual([state, NONE]);
    });

    it('leaves the disks of the VMs as the records say', async () => {
      const disksOf = (vm: string): Promise<string> => hA.virsh(['domblklist', lab.guest(vm).uuid]);
      expect(await disksOf('snapshot')).not.toContain('snapshot-vda-libvirtd.qcow2');
      // Nor has its QEMU gone on in it, of which libvirt would know nothing.
      const { uuid } = lab.guest('snapshot');
      const open = await hA.virsh(['qemu-monitor-command', uuid, '--hmp', 'info block']);
      expect(open).toContain('snapshot-vda-isolated.qcow2');
      expect(open).not.toContain('snapshot-vda-libvirtd.qcow2');
      expect(await hA.virsh(['vol-list', POOL])).toContain('snapshot-vda-libvirtd.qcow2');
      expect(await disksOf('attach-disk')).not.toContain('libvirtd.qcow2');
    });
  });

  describe('its guest vanishes in the middle', () => {
    let endings: Map<string, Promise<Operation>>;

    beforeAll(async () => {
      const rows = rowsWith('guestVanishes');
      endings = await askAndHold(rows, 'vanished');
      for (const row of rows) await guestOf(row).kill('SIGKILL');
    });

    it.each(rowsWith('guestVanishes'))('$vm fails, and says that the VM ended', async (row) => {
      const operation = await endings.get(row.vm);
      const cause = expect.stringMatching(
        /^the VM ended meanwhile and is shutoff \(crashed\); libvirt says: .*monitor.* \(VIR_ERR_\w+\)/,
      );
      expect(operation).toMatchObject({ result: 'failed', cause });
      expect(told(operation as Operation)).toEqual(endedAtNc(HOPS[row.flow], 'failed'));
      expect([await stateOn(hA, guestOf(row).uuid), await stateOn(hB, guestOf(row).uuid)]).toEqual([CRASHED, NONE]);
    });
  });
});
