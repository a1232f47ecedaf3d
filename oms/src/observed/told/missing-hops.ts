import type { Hop, Operation, Party } from '@faultline/contracts';
import { FLOWS, type FlowStep } from '../../control/index.ts';

/**
 * Adds to an operation that has ended the hops that its flow (A32-A38) has and its source did not tell of, as `missing`.
 * Missing is not failed: it is not known what came of them.
 *
 * Only where the source speaks of the flow's parties: of others' components nobody knows in which order they ask each
 * other. Hops that it told of keep their order, also those that the flow does not have.
 */
export function withMissingHops(operation: Operation): Operation {
  const flow = flowOf(operation);
  if (operation.result === 'running' || flow === undefined) return operation;
  const told = operation.hops.toSorted((a, b) => a.seq - b.seq);
  const merged = aligned(flow, told).map(({ hop, step }) => hop ?? missingHop(step, operation));
  return merged.length === told.length ? operation : { ...operation, hops: renumbered(merged) };
}

function flowOf({ kind, hops }: Operation): readonly FlowStep[] | undefined {
  const flow = (FLOWS as Partial<Record<Operation['kind'], readonly FlowStep[]>>)[kind];
  if (flow === undefined) return undefined;
  const roles = new Set<string>(flow.flatMap(({ from, to }) => [from, to]));
  const speaks = hops.length > 0 && hops.every(({ from, to }) => roles.has(from.role) && roles.has(to.role));
  return speaks ? flow : undefined;
}

type Placed = { hop: Hop; step?: undefined } | { hop?: undefined; step: FlowStep };

const isStep = ({ direction, from, to }: Hop, step: FlowStep): boolean =>
  direction === step.direction && from.role === step.from && to.role === step.to;

/** The longest way to tell the hops as steps of the flow, with everything that has no counterpart in its place. */
function aligned(flow: readonly FlowStep[], told: readonly Hop[]): Placed[] {
  // matches[f][t]: how many of the hops from t on are steps of the flow from f on.
  const matches = Array.from({ length: flow.length + 1 }, () => new Array<number>(told.length + 1).fill(0));
  const at = (f: number, t: number): number => matches[f]?.[t] ?? 0;
  for (let f = flow.length - 1; f >= 0; f -= 1) {
    for (let t = told.length - 1; t >= 0; t -= 1) {
      const [step, hop] = [flow[f], told[t]];
      const here = step !== undefined && hop !== undefined && isStep(hop, step);
      (matches[f] ?? [])[t] = here ? at(f + 1, t + 1) + 1 : Math.max(at(f + 1, t), at(f, t + 1));
    }
  }
  const placed: Placed[] = [];
  for (let f = 0, t = 0; f < flow.length || t < told.length;) {
    const [step, hop] = [flow[f], told[t]];
    if (step !== undefined && hop !== undefined && isStep(hop, step)) {
      placed.push({ hop });
      f += 1;
      t += 1;
    } else if (hop !== undefined && (step === undefined || at(f, t + 1) > at(f + 1, t))) {
      placed.push({ hop });
      t += 1;
    } else if (step !== undefined) {
      placed.push({ step });
      f += 1;
    }
  }
  return placed;
}

function missingHop(step: FlowStep, { kind, hops }: Operation): Omit<Hop, 'seq'> {
  return {
    from: partyOf(step.from, hops),
    to: partyOf(step.to, hops),
    message: step.say({ kind: kind, force: false }),
    direction: step.direction,
    result: 'unknown',
    observed: 'missing',
  };
}

/** With its node, where the source told of it in another hop. */
function partyOf(role: string, hops: readonly Hop[]): Party {
  const nodes = hops.flatMap(({ from, to }) => [from, to]).filter((party) => party.role === role && party.node);
  return nodes[0] ?? { role };
}

/** Numbers hops in their order; a missing hop comes after the one before it. */
function renumbered(hops: readonly (Hop | Omit<Hop, 'seq'>)[]): Hop[] {
  const seqs = new Map<number, number>();
  hops.forEach((hop, index) => {
    if ('seq' in hop) seqs.set(hop.seq, index);
  });
  return hops.map((hop, seq) => {
    const { parent: toldParent, ...rest } = hop;
    const parent = 'seq' in hop ? (toldParent === undefined ? undefined : seqs.get(toldParent)) : seq - 1;
    return { ...rest, seq, ...(parent === undefined || parent < 0 ? {} : { parent }) };
  });
}
