import type { Hop, Operation } from '@faultline/contracts';
import { clock, dateTime, lasting } from '../time.ts';
import { printable } from './printable.ts';

const NOT_SEEN: Record<Hop['observed'], string> = { reported: '', inferred: ' [inferred]', missing: ' [not told of]' };

/** An operation as A29 tells it: a headline, then a line a hop, the failed one with its cause in parentheses. Pure. */
export function operationText(operation: Operation): string {
  const { initiator, kind, vm, result, cause, started } = operation;
  const why = cause === undefined ? '' : ` (${printable(cause)})`;
  return [
    `${dateTime(started)} user ${printable(initiator)}: ${kind} of VM ${printable(vm.name)}, ${result}${why}`,
    ...operation.hops.map(hopText),
  ].join('\n');
}

/** One hop as one line. */
function hopText(hop: Hop): string {
  const at = hop.at === undefined ? '' : clock(hop.at);
  const took = hop.at === undefined || hop.ended === undefined ? '' : lasting(hop.ended - hop.at);
  const result =
    hop.result === 'ok' ? '' : `: ${hop.result}${hop.cause === undefined ? '' : ` (${printable(hop.cause)})`}`;
  return `  ${at.padEnd(12)}  ${took.padEnd(8)}  ${printable(hop.message)}${result}${NOT_SEEN[hop.observed]}`;
}
