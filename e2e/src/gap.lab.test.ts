import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Lab } from '@faultline/lab';
import { Closers } from './closers.ts';
import { until } from './programs.ts';
import { openLab, startStack, type Stack } from './stack.ts';

interface Segment {
  from: number;
  to: number;
  state: string;
}

const MINUTE = 60_000;

describe('libvirtd restarted under a running exporter', () => {
  const closers = new Closers();
  let lab: Lab;
  let stack: Stack;

  beforeAll(async () => {
    lab = await openLab(closers, [{ name: 'vm1' }, { name: 'vm2' }]);
    stack = await startStack(lab.guest('vm1').host, closers);
  }, 3 * MINUTE);

  afterAll(() => closers.close(), MINUTE);

  async function barOf(name: string): Promise<Segment[]> {
    const now = Date.now();
    const { state } = await stack.api.timeline(lab.guest(name).uuid, now - 10 * MINUTE, now);
    const { time = [], timeEnd = [], state: states = [] } = state ?? {};
    return time.map((from, index) => ({
      from: from as number,
      to: timeEnd[index] as number,
      state: states[index] as string,
    }));
  }

  it(
    'reads everything again and draws the change after a gap, with nothing guessed (decision 3, A13)',
    async () => {
      await until(
        'both VMs are seen running',
        async () => (await barOf('vm1')).length > 0 && (await barOf('vm2')).length > 0,
        30_000,
      );
      const vm1 = lab.guest('vm1');
      let down = 0;
      let changed = 0;
      await vm1.host.restartLibvirtd({
        signal: 'SIGKILL',
        whileDown: async () => {
          down = Date.now();
          // With libvirtd away, nobody can tell us of this change.
          await vm1.kill('SIGKILL');
          changed = Date.now();
          await until('a while without libvirtd', () => Promise.resolve(Date.now() - changed > 6000), 10_000);
        },
      });
      const up = Date.now();
      const bar = await until(
        'the change is drawn',
        async () => {
          const segments = await barOf('vm1');
          return segments.at(-1)?.state === 'running' ? undefined : segments;
        },
        30_000,
      );
      const [before, after] = [bar.at(-2), bar.at(-1)];
      expect(before?.state).toBe('running');
      expect(before?.to).toBeLessThanOrEqual(down + 1000);
      // libvirtd that comes back finds no QEMU: it cannot know when it ended, and neither do we.
      expect(after?.state).toBe('abnormal');
      expect(after?.from).toBeGreaterThanOrEqual(changed);
      expect(after?.from).toBeLessThanOrEqual(up + 15_000);

      const neighbour = await until(
        'the neighbour is seen again',
        async () => {
          const segments = await barOf('vm2');
          return (segments.at(-1)?.to ?? 0) > up ? segments : undefined;
        },
        30_000,
      );
      const gap = neighbour.slice(1).map((segment, index) => segment.from - (neighbour[index]?.to ?? 0));
      expect(neighbour.map(({ state }) => state)).toEqual(['running', 'running']);
      expect(Math.max(...gap)).toBeGreaterThan(5000);
    },
    3 * MINUTE,
  );
});
