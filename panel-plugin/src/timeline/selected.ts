import type { LabelBox } from './labels.ts';
import { clampedX, type TimeScale } from './scale.ts';

/** Says whether a label stands for one of the chosen records. `marks` is the list its members are indexes into. */
export function isSelected(
  { members }: Pick<LabelBox, 'members'>,
  marks: readonly { id: string }[],
  ids: readonly string[],
): boolean {
  return members.some((member) => ids.includes(marks[member]?.id ?? ''));
}

/**
 * Where the chosen records began: from the first to the last of them, without width where there is one. Null when no label of them
 * is on the chart, because the range was changed or the lane switched off.
 */
export function selectedSpan(
  boxes: readonly Pick<LabelBox, 'members'>[],
  marks: readonly { id: string; from: number }[],
  ids: readonly string[],
  scale: TimeScale,
): { left: number; width: number } | null {
  const chosen = new Set(ids);
  const begins = boxes
    .flatMap((box) => box.members)
    .flatMap((member) => marks[member] ?? [])
    .filter((mark) => chosen.has(mark.id))
    .map((mark) => clampedX(scale, mark.from));
  if (begins.length === 0) {
    return null;
  }
  const left = begins.reduce((least, x) => Math.min(least, x));
  return { left, width: begins.reduce((most, x) => Math.max(most, x)) - left };
}
