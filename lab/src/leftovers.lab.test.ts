import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { exists } from './files.ts';
import { Lab } from './lab.ts';
import { pinsOf } from './network.ts';
import { waitFor } from './wait.ts';

const SLOW_MS = 120_000;
const CLI = join(import.meta.dirname, '..', 'dist', 'main.js');

const newFolder = (): Promise<string> => mkdtemp(join(tmpdir(), 'lab-leftovers-'));

/** Reads a file of /proc; a process that ended meanwhile has nothing to say. */
const readProc = (path: string): Promise<string> => readFile(path, 'latin1').catch(() => '');

/** Pids of processes that know the folder or a guest of its lab, told by looking at them and not by asking the lab. */
async function processesOf(folder: string, uuids: readonly string[]): Promise<string[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name) && name !== `${process.pid}`);
  const found: string[] = [];
  for (const pid of pids) {
    const words = `${await readProc(`/proc/${pid}/cmdline`)}\0${await readProc(`/proc/${pid}/environ`)}`;
    if ([folder, ...uuids].some((word) => words.includes(word))) found.push(`${pid} ${words.slice(0, 60)}`);
  }
  return found;
}

async function linksHere(): Promise<string[]> {
  const { stdout } = await promisify(execFile)('ip', ['-o', 'link']);
  return [...stdout.matchAll(/^\d+: ([^:@]+)/gm)].map((found) => found[1] ?? '').sort();
}

interface Before {
  folder: string;
  links: string[];
}

async function expectNothingLeft({ folder, links }: Before, uuids: readonly string[] = []): Promise<void> {
  expect(await processesOf(folder, uuids)).toEqual([]);
  expect((await readFile('/proc/self/mountinfo', 'utf8')).split('\n').filter((line) => line.includes(folder))).toEqual(
    [],
  );
  expect(await linksHere()).toEqual(links);
  expect(await exists(folder)).toBe(false);
}

const uuidsOf = (lab: Lab): string[] => lab.guests.map(({ uuid }) => uuid);

/** Starts `up` as a process of its own and kills it with SIGKILL once `reached` says so. */
async function killUpWhen(folder: string, reached: () => Promise<boolean>): Promise<void> {
  const up: ChildProcess = spawn(process.execPath, [CLI, 'up', '--folder', folder], { stdio: 'ignore' });
  const ended = once(up, 'exit');
  try {
    const look = async (): Promise<true | undefined> => ((await reached()) ? true : undefined);
    await waitFor(look, { what: 'up to come that far', deadlineMs: 60_000, intervalMs: 2 });
  } finally {
    up.kill('SIGKILL');
    await ended;
  }
}

/** libvirt opens it just before it starts QEMU. */
const GUEST_STARTS = 'hosts/hA/log/qemu/vm1.log';

const MOMENTS: [string, (folder: string) => Promise<boolean>][] = [
  ['its state is written', (folder) => exists(join(folder, 'lab.json'))],
  ['its first network exists', (folder) => exists(join(folder, 'switch', 'netns'))],
  ['its host has a network', (folder) => exists(join(folder, 'hosts', 'hA', 'netns'))],
  ['its host boots', (folder) => exists(join(folder, 'hosts', 'hA', 'run', 'virtlogd.pid'))],
  ['libvirtd starts', (folder) => exists(join(folder, 'hosts', 'hA', 'run', 'libvirtd.pid'))],
  ['a guest starts', (folder) => exists(join(folder, GUEST_STARTS))],
];

describe('after down', () => {
  it(
    'nothing is left of a lab with running and frozen guests, and down again is fine',
    async () => {
      const before = { folder: await newFolder(), links: await linksHere() };
      const lab = await Lab.up({ folder: before.folder, guests: [{ name: 'vm1' }, { name: 'vm2' }], boot: false });
      await Promise.all(lab.guests.map((guest) => guest.start()));
      await lab.guest('vm2').freeze();
      expect((await processesOf(before.folder, uuidsOf(lab))).length).toBeGreaterThanOrEqual(4);
      // The host's, the switch's, and what lies beyond it.
      expect(await lab.down()).toMatchObject({ networks: 3 });
      await expectNothingLeft(before, uuidsOf(lab));
      expect(await Lab.down(before.folder)).toEqual({ processes: 0, networks: 0 });
      await expectNothingLeft(before);
      await expect(Lab.attach(before.folder)).rejects.toMatchObject({ code: 'lab-not-found' });
    },
    SLOW_MS,
  );

  it.each(MOMENTS)(
    'nothing is left of an up that was killed when %s',
    async (_, reached) => {
      const before = { folder: await newFolder(), links: await linksHere() };
      await killUpWhen(before.folder, () => reached(before.folder));
      const lab = await Lab.attach(before.folder);
      await lab.down();
      await expectNothingLeft(before, uuidsOf(lab));
    },
    SLOW_MS,
  );

  it(
    'a lab beside it still works',
    async () => {
      const [one, other] = [await newFolder(), await newFolder()];
      const links = await linksHere();
      const labs = [await Lab.up({ folder: one, boot: false }), await Lab.up({ folder: other, boot: false })] as const;
      await labs[0].down();
      await expectNothingLeft({ folder: one, links }, uuidsOf(labs[0]));
      expect(await labs[1].host('hA').answers()).toBe(true);
      await labs[1].down();
      await expectNothingLeft({ folder: other, links }, uuidsOf(labs[1]));
    },
    SLOW_MS,
  );

  it('a lab with a damaged record is gone all the same', async () => {
    const before = { folder: await newFolder(), links: await linksHere() };
    const lab = await Lab.up({ folder: before.folder, boot: false });
    await writeFile(join(before.folder, 'lab.json'), '{');
    await expect(Lab.attach(before.folder)).rejects.toMatchObject({ code: 'state-damaged' });
    await Lab.down(before.folder);
    await expectNothingLeft(before, uuidsOf(lab));
  }, 60_000);

  it(
    'a lab whose folder was deleted under it is gone all the same',
    async () => {
      const before = { folder: await newFolder(), links: await linksHere() };
      const lab = await Lab.up({ folder: before.folder, guests: [{ name: 'vm1' }], boot: false });
      await lab.guest('vm1').start();
      for (const pin of await pinsOf(before.folder)) await promisify(execFile)('umount', [pin]);
      await rm(before.folder, { recursive: true });
      await Lab.down(before.folder);
      await expectNothingLeft(before, uuidsOf(lab));
    },
    SLOW_MS,
  );

  it('files that are not a lab’s are untouched', async () => {
    const folder = await newFolder();
    await mkdir(join(folder, 'hosts'));
    await expect(Lab.up({ folder })).rejects.toMatchObject({ code: 'folder-not-ours' });
    await Lab.down(folder);
    expect(await readdir(folder)).toEqual(['hosts']);
    await rm(folder, { recursive: true });
  });
});

describe('a lab that lost everything but its files, as in a reboot', () => {
  it(
    'is brought up again as it was',
    async () => {
      const folder = await newFolder();
      const before = await Lab.up({ folder, boot: false });
      await before.guest('vm1').start();
      const qemu = await before.guest('vm1').pid();
      for (const { pid } of await before.host('hA').processes()) process.kill(pid, 'SIGKILL');
      for (const pin of await pinsOf(folder)) await promisify(execFile)('umount', [pin]);
      const lab = await Lab.up({ folder });
      try {
        expect(lab.guests.map(({ uuid }) => uuid)).toEqual(uuidsOf(before));
        expect(await lab.guest('vm1').pid()).not.toBe(qemu);
        expect(await lab.guest('vm1').agentAnswers()).toBe(true);
      } finally {
        await lab.down();
      }
    },
    SLOW_MS,
  );
});

describe('an up that was killed', () => {
  it.each(MOMENTS.slice(0, -1))(
    'is finished by the next one (killed when %s)',
    async (_, reached) => {
      const folder = await newFolder();
      await killUpWhen(folder, () => reached(folder));
      const lab = await Lab.up({ folder, boot: false });
      try {
        for (const guest of lab.guests) expect((await guest.state()).state).toBe('shut off');
      } finally {
        await lab.down();
      }
    },
    SLOW_MS,
  );

  it(
    'is finished by the next one, guests and all (killed when a guest starts)',
    async () => {
      const folder = await newFolder();
      await killUpWhen(folder, () => exists(join(folder, GUEST_STARTS)));
      const lab = await Lab.up({ folder });
      try {
        for (const guest of lab.guests) expect(await guest.agentAnswers()).toBe(true);
      } finally {
        await lab.down();
      }
    },
    SLOW_MS,
  );

  it(
    'holds no lock, while one that lives does',
    async () => {
      const folder = await newFolder();
      const first = Lab.up({ folder, boot: false });
      await waitFor(async () => ((await exists(join(folder, 'lab.lock'))) ? true : undefined), {
        what: 'the lock',
        deadlineMs: 10_000,
        intervalMs: 2,
      });
      await expect(Lab.down(folder)).rejects.toMatchObject({ code: 'folder-busy' });
      await (await first).down();
    },
    SLOW_MS,
  );
});
