import { describe, expect, it } from '@jest/globals';
import { fuzzCodec, fuzzConnections, withoutStacks } from './campaign.ts';
import { decodeFrame, recordedFrames } from './frames.ts';
import { Mutator } from './mutator.ts';

/** `npm run fuzz` sends a million each way, with a look at the heap, and CI runs it. */
const frames = { codec: 60_000, connections: 15_000 };
/** For a loaded machine; they take about 1 s each. */
const slowMs = 60_000;

describe('damaged packets of a real daemon', () => {
  it(
    'are read or refused by name',
    async () => {
      const run = () => fuzzCodec({ frames: frames.codec, seed: 20_081 });
      const { decoded, refused, incomplete } = await withoutStacks(run);
      expect(decoded + refused + incomplete).toBe(frames.codec);
      // Each way is taken often, or the damage is of the wrong kind.
      for (const count of [decoded, refused, incomplete]) expect(count).toBeGreaterThan(frames.codec / 10);
    },
    slowMs,
  );

  it(
    'end a call, or the connection, by name, and leave nothing behind',
    async () => {
      const run = () => fuzzConnections({ frames: frames.connections, seed: 20_087 });
      const { answered, failed, events, connections } = await withoutStacks(run);
      for (const count of [answered, events]) expect(count).toBeGreaterThan(frames.connections / 40);
      expect(failed).toBeGreaterThan(frames.connections / 10);
      expect(connections).toBeLessThan(frames.connections);
    },
    slowMs,
  );

  it('are the same for the same seed, and others for another', () => {
    const damaged = (seed: number): string[] => {
      const mutator = new Mutator(seed, recordedFrames);
      return recordedFrames.map((frame) => mutator.mutate(frame).toString('hex'));
    };
    expect(damaged(7)).toEqual(damaged(7));
    expect(damaged(7)).not.toEqual(damaged(8));
  });

  it('are whole before they are damaged', () => {
    expect(recordedFrames.map(decodeFrame)).toEqual(recordedFrames.map(() => 'decoded'));
  });
});
