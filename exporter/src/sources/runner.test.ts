import { afterEach, describe, expect, it } from '@jest/globals';
import { pino } from 'pino';
import { SourceRunner } from './runner.ts';

interface Values {
  fans: number;
  disks: string;
}

const endings: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0)) await end();
});

const never = (): AbortSignal => new AbortController().signal;

function runnerOf(sources: ConstructorParameters<typeof SourceRunner<Values>>[0]): SourceRunner<Values> {
  let now = 0;
  const runner = new SourceRunner<Values>(sources, { now: () => (now += 1000), log: pino({ level: 'silent' }) });
  endings.push(() => runner.stop());
  return runner;
}

describe('the sources beside libvirt', () => {
  it('reads those of the cycle in every cycle, with the time at which the reading began', async () => {
    let fans = 0;
    const runner = runnerOf([
      { name: 'fans', every: 'cycle', timeoutMs: 1000, read: () => Promise.resolve((fans += 1)) },
    ]);
    expect((await runner.read(never())).readings).toEqual({ fans: { value: 1, at: 1000 } });
    expect((await runner.read(never())).readings).toEqual({ fans: { value: 2, at: 2000 } });
  });

  it('keeps what a source delivered last while it fails, and says that it fails', async () => {
    const answers = [() => Promise.resolve(7), () => Promise.reject(new Error('no such bus'))];
    const runner = runnerOf([
      { name: 'fans', every: 'cycle', timeoutMs: 1000, read: () => answers.shift()?.() ?? Promise.resolve(0) },
    ]);
    expect((await runner.read(never())).reports.fans).toMatchObject({ ok: true });
    const { readings, reports } = await runner.read(never());
    expect(readings.fans).toEqual({ value: 7, at: 1000 });
    expect(reports.fans).toMatchObject({ ok: false });
  });

  it('asks a source again that threw before it waited for anything', async () => {
    const answers = [
      () => {
        throw new TypeError('a fault of ours');
      },
      () => Promise.resolve(7),
    ];
    const runner = runnerOf([
      { name: 'fans', every: 'cycle', timeoutMs: 1000, read: () => answers.shift()?.() ?? Promise.resolve(0) },
    ]);
    expect((await runner.read(never())).reports.fans).toMatchObject({ ok: false });
    expect((await runner.read(never())).readings.fans).toEqual({ value: 7, at: 2000 });
  });

  it('says nothing of a source when the one who asked has gone', async () => {
    const runner = runnerOf([
      { name: 'fans', every: 'cycle', timeoutMs: 1000, read: () => new Promise(() => undefined) },
    ]);
    const caller = new AbortController();
    const read = runner.read(caller.signal);
    caller.abort();
    expect((await read).reports).toEqual({});
  });

  it('leaves a source behind that does not come back, and asks it again only when it has', async () => {
    let calls = 0;
    let comeBack: (value: number) => void = () => undefined;
    const runner = runnerOf([
      {
        name: 'fans',
        every: 'cycle',
        timeoutMs: 20,
        read: () => {
          calls += 1;
          return new Promise((resolve) => {
            comeBack = resolve;
          });
        },
      },
      { name: 'disks', every: 'cycle', timeoutMs: 1000, read: () => Promise.resolve('sda') },
    ]);
    const first = await runner.read(never());
    expect(first.readings).toEqual({ disks: { value: 'sda', at: 2000 } });
    expect(first.reports.fans).toMatchObject({ ok: false });
    await runner.read(never());
    expect(calls).toBe(1);
    comeBack(3);
    await new Promise(setImmediate);
    await runner.read(never());
    expect(calls).toBe(2);
    comeBack(4);
  });

  it('reads a slow one on its own schedule, and gives its last word to every cycle', async () => {
    let came: () => void = () => undefined;
    const again = new Promise<void>((resolve) => {
      came = resolve;
    });
    let reads = 0;
    const runner = runnerOf([
      {
        name: 'disks',
        every: 5,
        timeoutMs: 1000,
        read: () => {
          reads += 1;
          if (reads === 3) came();
          return Promise.resolve(`reading ${reads}`);
        },
      },
    ]);
    expect((await runner.read(never())).readings).toEqual({});
    runner.start();
    await again;
    await runner.stop();
    expect((await runner.read(never())).readings.disks?.value).toMatch(/^reading [23]$/);
  });
});
