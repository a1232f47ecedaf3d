import type { Evidence, Verdict } from '@faultline/contracts';
import { dateTime } from '../time.ts';
import { printable } from './printable.ts';

const SPEAKS: Record<Evidence['speaks'], string> = { for: '+', against: '-', neither: ' ' };

/** A verdict with what speaks for it (+) and against it (-), and what only was looked at. Pure. */
export function verdictText(verdict: Verdict): string {
  const { vm, host, at, fault, rule, cause, confidence, recommended, evidence, cycle } = verdict;
  const widest = Math.max(...evidence.map(({ channel }) => channel.length));
  return [
    `${printable(vm.name)} on ${printable(host)} at ${dateTime(at)}: ${fault}, ${Math.round(confidence * 100)} %`,
    `  ${printable(cause)}`,
    `  to do: ${recommended}`,
    ...evidence.map(
      ({ channel, value, text, speaks }) =>
        `  ${SPEAKS[speaks]} ${channel.padEnd(widest)}  ${value.padEnd('unknown'.length)}  ${printable(text)}`,
    ),
    `  rule ${rule}, ${cycle === null ? 'without a cycle' : `cycle ${cycle.number} of ${dateTime(cycle.at)}`}`,
  ].join('\n');
}
