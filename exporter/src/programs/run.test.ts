import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { ProgramError } from './errors.ts';
import { createProgramRunner, type ProgramCall } from './run.ts';

const patient = (): AbortSignal => new AbortController().signal;
const sh = (script: string, more: Partial<ProgramCall> = {}): ProgramCall => ({
  program: '/bin/sh',
  args: ['-c', script],
  timeoutMs: 10_000,
  ...more,
});

async function codeOf(run: Promise<unknown>): Promise<string> {
  try {
    await run;
  } catch (error) {
    if (error instanceof ProgramError) return error.code;
    throw error;
  }
  return 'no error';
}

/** A killed process may stay as a zombie where nobody collects orphans. */
async function isAlive(pid: number): Promise<boolean> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '0 (gone) Z');
  return !/\) [ZX]/.test(stat);
}

describe('running a program', () => {
  it('gives its output and its exit code, whatever the code', async () => {
    const run = createProgramRunner();
    expect(await run(sh('echo out; echo err >&2; exit 4'), patient())).toEqual({
      exitCode: 4,
      stdout: 'out\n',
      stderr: 'err',
    });
    expect(await run(sh('kill -TERM $$'), patient())).toMatchObject({ exitCode: 143 });
  });

  it('passes nothing of our own environment, and no shell reads the arguments', async () => {
    const run = createProgramRunner();
    const { stdout } = await run(
      { program: 'env', args: [], env: { IPMI_PASSWORD: 'x' }, timeoutMs: 10_000 },
      patient(),
    );
    expect(
      stdout
        .trim()
        .split('\n')
        .map((line) => line.split('=')[0])
        .sort(),
    ).toEqual(['IPMI_PASSWORD', 'LC_ALL', 'PATH']);
    expect((await run({ program: 'echo', args: ['$(id)', ';'], timeoutMs: 10_000 }, patient())).stdout).toBe(
      '$(id) ;\n',
    );
  });

  it('kills at the deadline what it has started, with all that this has started', async () => {
    const run = createProgramRunner();
    const folder = await mkdtemp(join(tmpdir(), 'faultline-run-'));
    const script = `sleep 60 & echo $! > ${folder}/pid; wait`;
    expect(await codeOf(run(sh(script, { timeoutMs: 500 }), patient()))).toBe('PROGRAM_TIMEOUT');
    const sleeping = Number(await readFile(join(folder, 'pid'), 'utf8'));
    await rm(folder, { recursive: true });
    while (await isAlive(sleeping)) await setTimeout(5);
  });

  it('ends with its caller', async () => {
    const run = createProgramRunner();
    const caller = new AbortController();
    const ended = codeOf(run(sh('sleep 60'), caller.signal));
    caller.abort();
    expect(await ended).toBe('PROGRAM_ABORTED');
    expect(await codeOf(run(sh('true'), caller.signal))).toBe('PROGRAM_ABORTED');
  });

  it('takes so much output and no more', async () => {
    const run = createProgramRunner();
    expect(await codeOf(run(sh('yes', { maxOutputBytes: 1000 }), patient()))).toBe('PROGRAM_OUTPUT_TOO_LONG');
    const { stderr } = await run(sh('yes | head -c 100000 >&2'), patient());
    expect(stderr.length).toBeLessThanOrEqual(4096);
  });

  it('says what is missing and what may not be run', async () => {
    const run = createProgramRunner();
    expect(await codeOf(run({ program: 'no-such-program', args: [], timeoutMs: 1000 }, patient()))).toBe(
      'PROGRAM_MISSING',
    );
    expect(await codeOf(run({ program: '/etc/passwd', args: [], timeoutMs: 1000 }, patient()))).toBe(
      'PROGRAM_NOT_STARTED',
    );
  });

  it('does not pile up: not the same call twice, and not too many at once', async () => {
    const run = createProgramRunner({ maxRunning: 2 });
    const caller = new AbortController();
    const first = codeOf(run(sh('sleep 60'), caller.signal));
    expect(await codeOf(run(sh('sleep 60'), patient()))).toBe('PROGRAM_STILL_RUNNING');
    const second = codeOf(run(sh('sleep 61'), caller.signal));
    expect(await codeOf(run(sh('true'), patient()))).toBe('PROGRAM_LIMIT');
    caller.abort();
    expect([await first, await second]).toEqual(['PROGRAM_ABORTED', 'PROGRAM_ABORTED']);
    // The places are free again once the killed processes are gone.
    let code = '';
    do {
      await setTimeout(5);
      code = await codeOf(run(sh('true'), patient()));
    } while (code === 'PROGRAM_LIMIT');
    expect(code).toBe('no error');
  });
});
