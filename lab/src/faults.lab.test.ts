import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { LabGuest } from './guest.ts';
import { Lab } from './lab.ts';
import { labStatus } from './status.ts';
import { waitFor } from './wait.ts';

const HOSTILE = `we<ird> & 'q"' 虚拟机`;
const SLOW_MS = 120_000;

/** Seconds of CPU a guest uses per second, over about two seconds. */
async function cpuRate(guest: LabGuest): Promise<number> {
  const from = { at: performance.now(), ns: await guest.cpuTimeNs() };
  await pause(2_000);
  const usedNs = Number((await guest.cpuTimeNs()) - from.ns);
  return usedNs / 1e6 / (performance.now() - from.at);
}

/** What the guest itself sees in a file. */
async function inGuest(guest: LabGuest, file: string): Promise<string> {
  return (await guest.agentExec('/bin/cat', [file])).stdout.trim();
}

async function reaches(guest: LabGuest, address: string): Promise<boolean> {
  return (await guest.agentExec('/bin/ping', ['-c', '1', '-W', '2', address])).exitCode === 0;
}

describe('a lab with a host and two guests', () => {
  let folder: string;
  let lab: Lab;
  let vm1: LabGuest;
  let weird: LabGuest;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lab faults-'));
    const guests = [{ name: 'vm1' }, { name: HOSTILE, onCrash: 'preserve' }] as const;
    lab = await Lab.up({ folder, guests });
    vm1 = lab.guest('vm1');
    weird = lab.guest(HOSTILE);
  }, SLOW_MS);

  afterAll(async () => {
    await Lab.down(folder);
  }, SLOW_MS);

  it('has guests whose real agents answer, run programs and say how they ended', async () => {
    expect(await vm1.agentAnswers()).toBe(true);
    expect(await weird.agentAnswers()).toBe(true);
    const result = await vm1.agentExec('/bin/sh', ['-c', 'hostname; echo no >&2; exit 3']);
    expect(result).toEqual({ exitCode: 3, signal: null, stdout: 'vm1\n', stderr: 'no\n' });
    expect(await inGuest(weird, '/proc/sys/kernel/hostname')).toBe('we-ird-q');
  });

  it('stays as it is when brought up again, and is found by its folder', async () => {
    const pids = [await vm1.pid(), await weird.pid()];
    const again = await Lab.up({ folder: lab.folder });
    expect([await again.guest('vm1').pid(), await again.guest(HOSTILE).pid()]).toEqual(pids);
    expect((await Lab.attach(lab.folder)).guests.map(({ uuid }) => uuid)).toEqual([vm1.uuid, weird.uuid]);
  });

  it('refuses a guest that exists with other settings', async () => {
    const wish = Lab.up({ folder: lab.folder, guests: [{ name: 'vm1', vcpus: 4 }] });
    await expect(wish).rejects.toMatchObject({ code: 'guest-differs' });
  });

  it(
    'shows load in the CPU time, and its end',
    async () => {
      await vm1.load({ seconds: 60 });
      const busy = await cpuRate(vm1);
      await vm1.stopLoad();
      const idle = await cpuRate(vm1);
      expect(busy).toBeGreaterThan(3 * idle);
    },
    SLOW_MS,
  );

  it(
    'freezes one guest and leaves the other alone',
    async () => {
      await vm1.freeze();
      expect(await vm1.state()).toEqual({ state: 'running', reason: 'booted' });
      expect(await weird.cpuTimeNs()).toBeGreaterThan(0n);
      expect(await vm1.agentAnswers()).toBe(false);
      const [host] = await labStatus(lab);
      expect(host?.guests.map(({ agent }) => agent)).toEqual(['frozen', 'answers']);
      await vm1.thaw();
      await vm1.waitForAgent();
    },
    SLOW_MS,
  );

  it(
    'cuts the cable of a guest and of a host',
    async () => {
      const gateway = '10.77.0.254';
      expect(await reaches(vm1, gateway)).toBe(true);
      await vm1.cutLink();
      expect(await inGuest(vm1, '/sys/class/net/eth0/carrier')).toBe('0');
      await vm1.mendLink();
      expect(await inGuest(vm1, '/sys/class/net/eth0/carrier')).toBe('1');
      await vm1.host.cutLink();
      expect(await reaches(vm1, gateway)).toBe(false);
      expect(await reaches(vm1, weird.settings.address)).toBe(true);
      await vm1.host.mendLink();
      // The guest may still wait for the answer to an address query that it sent while the cable was cut.
      const reachesAgain = async (): Promise<true | undefined> => ((await reaches(vm1, gateway)) ? true : undefined);
      await waitFor(reachesAgain, { what: 'the gateway', deadlineMs: 15_000 });
    },
    SLOW_MS,
  );

  it(
    'restarts libvirtd, in order and after a crash, while the guests run on',
    async () => {
      const pids = [await vm1.pid(), await weird.pid()];
      for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
        const before = await vm1.host.libvirtd();
        let answeredWhileDown: boolean | undefined;
        const whileDown = async (): Promise<void> => {
          answeredWhileDown = await vm1.host.answers();
        };
        await vm1.host.restartLibvirtd({ signal, whileDown });
        expect(answeredWhileDown).toBe(false);
        expect((await vm1.host.libvirtd())?.pid).not.toBe(before?.pid);
        expect([await vm1.pid(), await weird.pid()]).toEqual(pids);
        await vm1.waitForAgent();
      }
    },
    SLOW_MS,
  );

  it.each(['agent', 'acpi'] as const)(
    'stops a guest in a few seconds by %s',
    async (mode) => {
      const from = performance.now();
      await vm1.stop({ mode });
      // 1.5 s on a machine that is otherwise idle.
      expect(performance.now() - from).toBeLessThan(10_000);
      expect(await vm1.state()).toEqual({ state: 'shut off', reason: 'shutdown' });
      await vm1.start();
      await vm1.waitForAgent();
    },
    SLOW_MS,
  );

  it(
    'reboots a guest through its agent: same QEMU, new kernel',
    async () => {
      const [pid, boot] = [await vm1.pid(), await inGuest(vm1, '/proc/sys/kernel/random/boot_id')];
      await vm1.reboot();
      await vm1.waitForAgent();
      expect(await vm1.pid()).toBe(pid);
      expect(await inGuest(vm1, '/proc/sys/kernel/random/boot_id')).not.toBe(boot);
    },
    SLOW_MS,
  );

  it(
    'panics a guest, says when, and libvirt sees it crash',
    async () => {
      const from = Date.now();
      const at = await vm1.panic();
      expect(at).toBeGreaterThanOrEqual(from);
      expect(at).toBeLessThanOrEqual(Date.now());
      expect(await vm1.console()).toContain('Kernel panic - not syncing: sysrq triggered crash');
      expect(await vm1.waitForState('shut off')).toEqual({ state: 'shut off', reason: 'crashed' });
    },
    SLOW_MS,
  );

  it(
    'keeps a panicked guest whose setting says so',
    async () => {
      await weird.panic();
      expect(await weird.state()).toEqual({ state: 'crashed', reason: 'panicked' });
      expect(await weird.qemu()).toBeDefined();
      await weird.stop({ mode: 'destroy' });
    },
    SLOW_MS,
  );

  it(
    'loses a guest whose QEMU is killed, and starts it again',
    async () => {
      await vm1.start();
      await vm1.waitForAgent();
      await vm1.kill('SIGKILL');
      expect(await vm1.waitForState('shut off')).toEqual({ state: 'shut off', reason: 'crashed' });
      await expect(vm1.pid()).rejects.toMatchObject({ code: 'guest-not-running' });
      await expect(vm1.panic()).rejects.toMatchObject({ code: 'command-failed' });
    },
    SLOW_MS,
  );
});
