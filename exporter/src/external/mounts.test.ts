import { afterEach, describe, expect, it } from '@jest/globals';
import { ProgramError } from '../programs/errors.ts';
import type { ProgramResult, RunProgram } from '../programs/run.ts';
import { MountProbes } from './parts/mount-probes.ts';
import { mountsIn, NETWORK_TYPES, type Mount } from './parts/mountinfo.ts';
import { mountItem } from './parts/mounts.ts';

const endings: (() => void)[] = [];
afterEach(() => {
  for (const end of endings.splice(0)) end();
});

const nas: Mount = { device: '0:50', type: 'nfs4', source: 'nas:/images', path: '/mnt/images', address: '192.0.2.7' };
const well: ProgramResult = { exitCode: 0, stdout: '1\n', stderr: '' };

function probesWith(run: RunProgram): MountProbes {
  const probes = new MountProbes({ run, timeoutMs: 1000 });
  endings.push(() => {
    probes.stop();
  });
  return probes;
}

describe('the list of mounted file systems', () => {
  const LINES = [
    '22 27 0:21 / /proc rw,relatime - proc proc rw',
    '60 27 0:50 / /mnt/images rw,relatime shared:1 - nfs4 nas:/images rw,vers=4.2,hard,addr=192.0.2.7',
    '61 27 0:50 /sub /var/lib/images rw - nfs4 nas:/images rw,addr=192.0.2.7',
    '62 27 0:51 / /mnt/with\\040space rw master:2 propagate_from:3 - cifs //nas/a\\134b rw,addr=2001:db8::7',
    '63 27 0:52 / /mnt/ceph rw - ceph 192.0.2.1,192.0.2.2:/ rw,name=admin',
    'not a line',
    '64 27 0:53 / /mnt/half rw - nfs',
    '',
  ];
  it('has those of the network, each once', () => {
    expect(mountsIn(LINES.join('\n'), new Set(NETWORK_TYPES))).toEqual([
      nas,
      { device: '0:51', type: 'cifs', source: '//nas/a\\b', path: '/mnt/with space', address: '2001:db8::7' },
      { device: '0:52', type: 'ceph', source: '192.0.2.1,192.0.2.2:/', path: '/mnt/ceph', address: '' },
    ]);
    expect(mountsIn(LINES.join('\n'), new Set(['proc'])).map(({ path }) => path)).toEqual(['/proc']);
    expect(mountsIn('', new Set(NETWORK_TYPES))).toEqual([]);
  });

  it.each([
    ['nas:/images', 'nas:/images'],
    ['nas:/images//', 'nas:/images'],
    ['nas:/', 'nas:/'],
    ['[2001:db8::7]:/', '[2001:db8::7]:/'],
    ['//nas/share/', '//nas/share'],
  ])('calls %j by %j', (source, id) => {
    const answer = { state: 'up', problem: '', isSilent: false, answerMs: 3 } as const;
    expect(mountItem({ ...nas, source }, answer)).toMatchObject({ id, name: '/mnt/images', target: '192.0.2.7' });
  });
});

describe('asking a mounted file system', () => {
  const failing = (code: ProgramError['code']) => () => Promise.reject(new ProgramError(code, 'stat'));
  const saying = (stderr: string) => () => Promise.resolve({ exitCode: 1, stdout: '', stderr });
  it.each([
    ['answers', () => Promise.resolve(well), 'up', ''],
    ['does not', failing('PROGRAM_TIMEOUT'), 'down', 'no answer within 1000 ms'],
    [
      'holds the one who asked before in the kernel',
      failing('PROGRAM_STILL_RUNNING'),
      'down',
      'no answer within 1000 ms',
    ],
    ['cannot be asked', failing('PROGRAM_MISSING'), 'unknown', 'stat is not installed, or its path is wrong'],
    [
      'lost its server',
      saying("stat: cannot read file system information for '/a: b': Transport endpoint is not connected"),
      'down',
      'Transport endpoint is not connected',
    ],
    ['may not be asked', saying("stat: cannot read ... for '/mnt': Permission denied"), 'unknown', 'Permission denied'],
    ['fails without a word', saying(''), 'down', 'stat ended with 1'],
  ])('that %s', async (_case, run, state, problem) => {
    const answerOf = await probesWith(run).ask([nas]);
    expect(answerOf(nas)).toMatchObject({ state, problem });
  });

  it('that is slow keeps its last answer until it has a new one, and is not asked twice', async () => {
    const asked: ((result: ProgramResult) => void)[] = [];
    const probes = probesWith(() => new Promise((resolve) => asked.push(resolve)));
    expect((await probes.ask([nas]))(nas)).toMatchObject({ state: 'unknown', answerMs: null });
    await probes.ask([nas]);
    expect(asked).toHaveLength(1);
    asked[0]?.(well);
    const again = probes.ask([nas]);
    expect(asked).toHaveLength(1);
    expect((await again)(nas)).toMatchObject({ state: 'up' });
    const third = probes.ask([nas]);
    expect(asked).toHaveLength(2);
    expect((await third)(nas)).toMatchObject({ state: 'up' });
  });

  it('passes its path as it is', async () => {
    const calls: (readonly string[])[] = [];
    const probes = probesWith(({ args }) => {
      calls.push(args);
      return Promise.resolve(well);
    });
    await probes.ask([{ ...nas, path: '--help; $(id)\n' }]);
    expect(calls).toEqual([['-f', '-c', '%i', '--', '--help; $(id)\n']]);
  });
});
