import type { DomainEvent, DomainJobStats, LaneCandidate } from '@faultline/libvirt';
import { describe, expect, it } from '@jest/globals';
import { JobRounds } from './jobs.ts';
import type { DomainReading } from './state-lane.ts';

const reading = (index: number, id = index): DomainReading => ({
  ref: { name: `vm${index}`, uuid: `uuid-${index}`, id },
  state: { state: 'running', reason: 'booted' },
  control: null,
  agent: null,
  description: null,
});
const signal = new AbortController().signal;
const none = { type: 'none' } as DomainJobStats;

/** A lane in which the domains of `working` have a job, and one that says who was asked. */
function laneWith(working: ReadonlySet<string>) {
  const asked: string[][] = [];
  const each = (candidates: readonly LaneCandidate[]) => {
    asked.push(candidates.map(({ ref }) => ref.uuid));
    const stats = (uuid: string) => (working.has(uuid) ? { type: 'bounded' } : none);
    return Promise.resolve({
      ok: true,
      answers: new Map(candidates.map(({ ref }) => [ref.uuid, stats(ref.uuid)])),
      missing: new Set<string>(),
    });
  };
  return { asked, lane: { each } as unknown as Parameters<JobRounds['read']>[0] };
}

const iteration = (index: number): DomainEvent => ({
  kind: 'migration-iteration',
  domain: reading(index).ref,
  iteration: 1,
});

describe('whose job is asked for', () => {
  it('is everybody on a small host, in every cycle', async () => {
    const { asked, lane } = laneWith(new Set());
    const rounds = new JobRounds();
    const few = [1, 2, 3].map((index) => reading(index));
    for (let cycle = 0; cycle < 2; cycle += 1) await rounds.read(lane, few, () => true, signal);
    expect(asked.map((uuids) => uuids.length)).toEqual([3, 3]);
  });

  it('is a part of a large one in turn, so that nobody waits for longer than eight cycles', async () => {
    const { asked, lane } = laneWith(new Set());
    const rounds = new JobRounds();
    const many = Array.from({ length: 100 }, (_, index) => reading(index));
    let jobs = new Map<string, DomainJobStats>();
    for (let cycle = 0; cycle < 16; cycle += 1) jobs = await rounds.read(lane, many, () => true, signal);
    expect(asked.every((uuids) => uuids.length === 13)).toBe(true);
    expect(new Set(asked.slice(8).flat()).size).toBe(100);
    // What had no job when it was last asked is still said to have none.
    expect(jobs.size).toBe(100);
  });

  it('is in every cycle who has one, or of whom an event tells', async () => {
    const { asked, lane } = laneWith(new Set(['uuid-90']));
    const rounds = new JobRounds();
    const many = Array.from({ length: 100 }, (_, index) => reading(index));
    await rounds.read(lane, many, () => true, signal);
    rounds.note(iteration(90));
    for (let cycle = 0; cycle < 3; cycle += 1) {
      const jobs = await rounds.read(lane, many, () => true, signal);
      expect(asked.at(-1)).toContain('uuid-90');
      expect(jobs.get('uuid-90')?.type).toBe('bounded');
    }
  });

  it('is nobody whose control interface may be taken, or who only comes to this host', async () => {
    const { asked, lane } = laneWith(new Set());
    const coming = { ...reading(2), state: { state: 'paused' as const, reason: 'migration' } };
    await new JobRounds().read(lane, [reading(1), coming], ({ id }) => id === 2, signal);
    expect(asked).toEqual([[]]);
  });
});
