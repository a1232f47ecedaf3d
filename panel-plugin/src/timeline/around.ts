import type { Timeline } from './model.ts';

/** Something that happened: a mark that began, or a state that the VM came into. */
export type Happening =
  | { lane: 'operations' | 'alarms' | 'verdicts'; at: number; index: number }
  | { lane: 'state'; at: number; index: number };

/**
 * What happened nearest to a moment, before and after it, in order of time: at most `most` of each side and of nothing more than `reachMs`
 * away. `but` is the record that is asked about.
 */
export function around(
  timeline: Timeline,
  at: number,
  { but, most, reachMs }: { but: { lane: Happening['lane']; index: number } | null; most: number; reachMs: number },
): Happening[] {
  const all: Happening[] = [
    ...timeline.operations.map((mark, index) => ({ lane: 'operations' as const, at: mark.from, index })),
    ...timeline.alarms.map((mark, index) => ({ lane: 'alarms' as const, at: mark.from, index })),
    ...timeline.verdicts.map((mark, index) => ({ lane: 'verdicts' as const, at: mark.from, index })),
    ...timeline.states.map((state, index) => ({ lane: 'state' as const, at: state.from, index })),
  ];
  const near = all
    .filter((one) => Math.abs(one.at - at) <= reachMs && !(but?.lane === one.lane && but.index === one.index))
    .sort((a, b) => a.at - b.at);
  const before = near.filter((one) => one.at < at).slice(-most);
  const after = near.filter((one) => one.at >= at).slice(0, most);
  return [...before, ...after];
}
