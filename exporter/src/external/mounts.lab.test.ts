import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, describe, expect, it } from '@jest/globals';
import { createProgramRunner } from '../programs/run.ts';
import { MountProbes } from './parts/mount-probes.ts';
import { mountsIn } from './parts/mountinfo.ts';
import { readMounts } from './parts/mounts.ts';
import { ServedMount } from './testing.ts';

const TYPE = 'fuse.sshfs';
const TIMEOUT_MS = 700;
const endings: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end();
});

async function mounted(source: string): Promise<ServedMount> {
  const mount = await ServedMount.mount({ type: TYPE, source });
  endings.push(() => mount.remove());
  return mount;
}

function reader() {
  const probes = new MountProbes({ run: createProgramRunner({ maxRunning: 64 }), timeoutMs: TIMEOUT_MS });
  endings.push(() => {
    probes.stop();
  });
  const read = () => readMounts('/proc', { types: new Set([TYPE]), probes });
  /** Reads until the file system is in that state. */
  const until = async (state: string) => {
    for (const deadline = performance.now() + 4000; performance.now() < deadline;) {
      const { items, unanswered } = await read();
      if (items[0]?.state === state) return { item: items[0], unanswered };
      await delay(20);
    }
    throw new Error(`never ${state}`);
  };
  return { read, until };
}

describe('mounted file systems (B9, B18), mounted by the kernel and served by us over /dev/fuse', () => {
  it('answer, are down when they do not, hold up nobody, and are up again', async () => {
    const mount = await mounted('nas.example:/export/images/');
    const { read, until } = reader();
    expect(await until('up')).toMatchObject({
      unanswered: 0,
      item: { kind: 'mount', id: 'nas.example:/export/images', name: mount.path, detail: TYPE },
    });
    const answered = (await read()).items[0]?.answerMs;
    expect(answered).toBeGreaterThan(0);
    expect(answered).toBeLessThan(TIMEOUT_MS);

    mount.behaviour = 'say nothing';
    const startedAt = performance.now();
    await read();
    expect(performance.now() - startedAt).toBeLessThan(TIMEOUT_MS);
    expect(await until('down')).toMatchObject({
      unanswered: 1,
      item: { detail: `${TYPE}, no answer within ${TIMEOUT_MS} ms` },
    });
    // The file system hangs, and reading a file still takes no time: no thread of ours waits for it.
    const readingAt = performance.now();
    await Promise.all(Array.from({ length: 8 }, () => readFile('/proc/self/mountinfo')));
    expect(performance.now() - readingAt).toBeLessThan(TIMEOUT_MS);

    await mount.recover();
    expect(await until('up')).toMatchObject({ unanswered: 0, item: { detail: TYPE } });
  });

  it('that hang are asked by one process at a time, and cost their neighbours nothing', async () => {
    const silent = await mounted('nas.example:/silent');
    const good = await mounted('nas.example:/good');
    silent.behaviour = 'say nothing';
    const { read } = reader();
    const until = performance.now() + TIMEOUT_MS;
    while (performance.now() < until) {
      await delay(20);
      const { items } = await read();
      expect(items.find(({ name }) => name === good.path)?.state).toBe('up');
    }
    // It saw one question in all this time, or one more after the first was given up.
    expect(silent.owed).toBeGreaterThan(0);
    expect(silent.owed).toBeLessThanOrEqual(2);
  });

  it('that answer with an error are down, and say which', async () => {
    const mount = await mounted('nas.example:/stale');
    mount.behaviour = 'say stale';
    expect(await reader().until('down')).toMatchObject({
      unanswered: 0,
      item: { detail: `${TYPE}, Stale file handle` },
    });
  });

  it('are forgotten when they are unmounted', async () => {
    const mount = await ServedMount.mount({ type: TYPE, source: 'nas.example:/gone' });
    const { read, until } = reader();
    await until('up');
    await mount.remove();
    expect(await read()).toEqual({ items: [], unanswered: 0 });
    expect(mountsIn(await readFile('/proc/self/mountinfo', 'utf8'), new Set([TYPE]))).toEqual([]);
  });
});
