import type { AlarmWithHistory } from '@faultline/contracts';
import { dateTime } from '../time.ts';
import { printable } from './printable.ts';

/** An alarm's card (A43): name, level, category, cause and id, its details, and what people did about it. Pure. */
export function alarmText(alarm: AlarmWithHistory): string {
  const { name, level, category, cause, raised, cleared, occurrences, vm, host, id, source, details, history } = alarm;
  const facts: [string, string][] = [
    ['cause', cause],
    ['level', level],
    ['category', category],
    ['of', vm === undefined ? `host ${host}` : `VM ${vm.name} on ${host}`],
    ['raised', dateTime(raised)],
    ['cleared', cleared === undefined ? 'not yet' : dateTime(cleared)],
    ['occurrences', String(occurrences)],
    ['source', source],
    ['id', id],
    ...Object.entries(details),
  ];
  const widest = Math.max(...facts.map(([fact]) => fact.length));
  return [
    printable(name),
    ...facts.map(([fact, value]) => `  ${printable(fact).padEnd(widest)}  ${printable(value)}`),
    ...history.map(({ at, act, by, from, to, note }) => {
      const change = from === to ? '' : `: ${from} to ${to}`;
      return `  ${dateTime(at)}  ${act}${by === null ? '' : ` by ${printable(by)}`}${change}${note === null ? '' : ` (${printable(note)})`}`;
    }),
  ].join('\n');
}
