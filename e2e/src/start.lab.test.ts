import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort, type Lab } from '@faultline/lab';
import { Closers } from './closers.ts';
import { run, until, type Program } from './programs.ts';
import { openFolder, openLab } from './stack.ts';

const MINUTE = 60_000;

/** Pids of all processes below `pid`, by /proc. */
function descendants(pid: number): number[] {
  const parentOf = new Map<number, number>();
  for (const entry of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      parentOf.set(Number(entry), Number(/\) \S (\d+)/.exec(readFileSync(`/proc/${entry}/stat`, 'utf8'))?.[1]));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT' && (error as NodeJS.ErrnoException).code !== 'ESRCH')
        throw error;
    }
  }
  const below = (parent: number): number[] =>
    [...parentOf].filter(([, of]) => of === parent).flatMap(([child]) => [child, ...below(child)]);
  return below(pid);
}

const alive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
    throw error;
  }
};

describe('npm start', () => {
  const closers = new Closers();
  let work: string;
  let lab: Lab;

  beforeAll(async () => {
    work = await openFolder(closers);
    lab = await openLab(closers, [{ name: 'vm1' }]);
  }, 3 * MINUTE);

  afterAll(() => closers.close(), MINUTE);

  const start = (dataDir: string, port: number, uri: string): Program =>
    run('standalone/dist/main.js', [
      '--listen',
      `127.0.0.1:${port}`,
      '--data-dir',
      join(work, dataDir),
      '--libvirt-uri',
      uri,
    ]);
  const opened = (program: Program): Promise<unknown> =>
    until('the address is printed', () => Promise.resolve(/^ {2}open /m.test(program.output())), 30_000);

  it(
    'prints what it found, ends everything on Ctrl-C, and finds its history the second time',
    async () => {
      const { uri, name } = lab.guest('vm1').host;
      const port = await freePort();
      const first = start('live', port, uri);
      await opened(first);
      expect(first.output()).toMatch(
        new RegExp(
          `^ {2}libvirt +${uri.replace(/[?+]/g, '\\$&')} answers: host ${name}, libvirt \\d+\\.\\d+\\.\\d+, 1 VM, 1 running$`,
          'm',
        ),
      );
      expect(first.output()).toMatch(/^ {2}guest agents +1 of 1 running VM connected$/m);
      expect(first.output()).toMatch(/^ {2}data folder +.*\/live: no history yet$/m);
      await until(
        'the VM is listed',
        async () =>
          ((await (await fetch(`http://127.0.0.1:${port}/api/v1/vms`)).json()) as { vms: unknown[] }).vms.length === 1,
        20_000,
      );

      const rival = start('live', await freePort(), uri);
      expect(await rival.exited).not.toBe(0);
      expect(rival.output()).toContain(`127.0.0.1:${port}`);

      const neighbour = start('elsewhere', port, uri);
      expect(await neighbour.exited).not.toBe(0);
      expect(neighbour.output()).toContain('EADDRINUSE');
      expect(neighbour.output()).not.toMatch(/^ {2}open /m);

      const children = descendants(first.pid);
      expect(children.length).toBeGreaterThanOrEqual(2);
      expect(await first.end('SIGINT')).toBe(0);
      expect(children.filter(alive)).toEqual([]);

      const second = start('live', port, uri);
      await opened(second);
      expect(second.output()).toMatch(/^ {2}data folder +.*\/live: history of 1 VM since /m);
      await second.end('SIGINT');
    },
    2 * MINUTE,
  );

  it(
    'ends everything it started also when it is killed',
    async () => {
      const program = start('killed', await freePort(), lab.guest('vm1').host.uri);
      await opened(program);
      const children = descendants(program.pid);
      await program.end('SIGKILL');
      await until('its programs are gone', () => Promise.resolve(!children.some(alive)), 15_000);
    },
    MINUTE,
  );

  it(
    'plays the recorded incident where no libvirt answers, and says how to get one',
    async () => {
      const port = await freePort();
      const program = start('recorded', port, `qemu+unix:///system?socket=${join(work, 'nobody')}`);
      await opened(program);
      expect(program.output()).toMatch(/^ {2}libvirt +.* does not answer: /m);
      expect(program.output()).toMatch(/^ {2}recording +plays ".+", a recorded incident, instead$/m);
      const status = (await (await fetch(`http://127.0.0.1:${port}/api/v1/status`)).json()) as { recording: unknown };
      expect(status.recording).not.toBeNull();
      await program.end('SIGINT');
    },
    MINUTE,
  );
});
