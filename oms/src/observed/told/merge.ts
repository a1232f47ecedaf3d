import { isDeepStrictEqual } from 'node:util';
import type { Hop, Operation } from '@faultline/contracts';

/**
 * What is known of an operation after one more word on it; `stored` itself where the word tells nothing new. A word that
 * comes late takes nothing back: an operation that has ended stays, and so does a hop of which the end is known.
 */
export function withTold(stored: Operation, told: Operation): Operation {
  if (stored.result !== 'running') return stored;
  const hops = mergedHops(stored.hops, told.hops);
  const { result, ended, cause } = told;
  const end =
    result === 'running'
      ? {}
      : { result, ...(ended === undefined ? {} : { ended }), ...(cause === undefined ? {} : { cause }) };
  const next: Operation = { ...stored, ...end, hops };
  return isDeepStrictEqual(next, stored) ? stored : next;
}

function mergedHops(stored: readonly Hop[], told: readonly Hop[]): Hop[] {
  const bySeq = new Map(stored.map((hop) => [hop.seq, hop]));
  for (const hop of told) {
    const before = bySeq.get(hop.seq);
    if (before === undefined || isOpen(before)) bySeq.set(hop.seq, { ...before, ...hop });
  }
  return [...bySeq.values()].toSorted((a, b) => a.seq - b.seq);
}

const isOpen = ({ result, observed }: Hop): boolean =>
  observed === 'missing' || result === 'running' || result === 'unknown';
