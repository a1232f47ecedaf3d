import { expect } from '@jest/globals';
import type { Hop, Operation, OperationRequest, PerformedKind } from '@faultline/contracts';

/** What an operation is asked for with, beside whom and of which VM. */
type Own<Request> = Request extends unknown ? Omit<Request, 'id' | 'vm' | 'initiator'> : never;
export type Task = Own<OperationRequest>;

/** Each hop's words with what came of it. */
export const told = ({ hops }: Operation): string[] => hops.map(({ message, result }) => `${message}: ${result}`);

/** The hop that failed. */
export const failing = ({ hops }: Operation): Hop | undefined => hops.find(({ result }) => result === 'failed');

/** What both ends of a flow have in common, with times that are in order. */
export function expectFlow(operation: Operation, hops: readonly string[]): void {
  expect([operation.result, operation.cause]).toEqual(['ok', undefined]);
  expect(told(operation)).toEqual(allOk(hops));
  const times = operation.hops.flatMap(({ at, ended }) => [at ?? NaN, ended ?? NaN]);
  expect(times).toEqual([...times].sort((a, b) => a - b));
  expect(operation.hops.map(({ observed }) => observed)).toEqual(hops.map(() => 'reported'));
}

/** The hops of a flow in which only the NC acts (A32, A34, A36-A38). */
const throughNc = (kind: string, acts: string): string[] => [
  `CLC sends ${kind} request to CC`,
  `CC forwards ${kind} request to NC`,
  `NC ${acts}`,
  `NC replies ${kind} ok to CC`,
  `CC forwards ${kind} ok to CLC`,
  'CLC records the hop information in the DB',
];

const withBrm = ([sent = '', ...rest]: string[], ...brm: string[]): string[] => [sent, ...brm, ...rest];

/** Each flow as it goes when all is well (A32-A38). */
export const HOPS: Readonly<Record<PerformedKind | 'forced stop' | 'forced reboot', readonly string[]>> = {
  create: throughNc('create', 'creates the VM'),
  snapshot: withBrm(
    throughNc('snapshot', 'makes the snapshot'),
    'CC sends create-disk request to BRM',
    'BRM creates the disk',
    'BRM replies create-disk ok to CC',
  ),
  reboot: throughNc('reboot', 'reboots the VM'),
  'forced reboot': throughNc('forced reboot', 'reboots the VM by force'),
  'attach-disk': withBrm(
    throughNc('attach-disk', 'attaches the disk'),
    'CC queries BRM for the location of the disk',
    'BRM replies location of the disk ok to CC',
  ),
  start: throughNc('start', 'starts the VM'),
  stop: throughNc('stop', 'stops the VM'),
  'forced stop': throughNc('forced stop', 'stops the VM by force'),
  migrate: throughNc('migrate', 'migrates the VM'),
  suspend: throughNc('suspend', 'suspends the VM'),
  resume: throughNc('resume', 'resumes the VM'),
};

export const allOk = (hops: readonly string[]): string[] => hops.map((hop) => `${hop}: ok`);

/** The flow whose NC acted and did not succeed: the hop says so, the replies were delivered and carry it. */
export function endedAtNc(hops: readonly string[], result: 'failed' | 'timeout'): string[] {
  const acts = hops.findIndex((hop) => /^NC (?!replies)/.test(hop));
  const word = result === 'failed' ? 'failed' : 'timed out';
  return hops.map((hop, index) => {
    if (index === acts) return `${hop}: ${result}`;
    return `${index > acts ? hop.replace(' ok to ', ` ${word} to `) : hop}: ok`;
  });
}

/** The flow that CC does not pass on to the NC: it answers by itself, and the NC's hops were not reached. */
export function haltedBeforeNc(hops: readonly string[]): string[] {
  const link = hops.findIndex((hop) => /^CC forwards .* to NC$/.test(hop));
  return [
    ...allOk(hops.slice(0, link)),
    `${hops[link] ?? ''}: failed`,
    `${hops[link + 1] ?? ''}: skipped`,
    'NC replies to CC: skipped',
    `${(hops[link + 3] ?? '').replace('forwards', 'replies').replace(' ok to ', ' failed to ')}: ok`,
    `${hops[link + 4] ?? ''}: ok`,
  ];
}

/** The flow whose BRM says no: at the hop of its work, or at its reply where that is all the flow has of it. */
export function endedAtBrm(hops: readonly string[]): string[] {
  const link = hops.findIndex((hop) => /^CC forwards .* to NC$/.test(hop));
  const fails = hops.findIndex((hop) => /^BRM/.test(hop));
  const replyOf = (hop: string): string => hop.replace(' ok to ', ' failed to ');
  return hops.map((hop, index) => {
    if (index === fails) return `${replyOf(hop)}: failed`;
    if (index < link) return `${index > fails ? replyOf(hop) : hop}: ok`;
    if (index === link + 2) return 'NC replies to CC: skipped';
    return index < link + 2 ? `${hop}: skipped` : `${replyOf(hop)}: ok`;
  });
}
