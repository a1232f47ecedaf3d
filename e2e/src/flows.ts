import { expect } from '@jest/globals';
import type { Hop, Operation } from '@faultline/contracts';

/** Each hop's words with what came of it. */
export const told = ({ hops }: Operation): string[] => hops.map(({ message, result }) => `${message}: ${result}`);

/** The hop that failed. */
export const failing = ({ hops }: Operation): Hop | undefined => hops.find(({ result }) => result === 'failed');

/** What both ends of a flow have in common, with times that are in order. */
export function expectFlow(operation: Operation, hops: string[]): void {
  expect([operation.result, operation.cause]).toEqual(['ok', undefined]);
  expect(told(operation)).toEqual(hops.map((hop) => `${hop}: ok`));
  const times = operation.hops.flatMap(({ at, ended }) => [at ?? NaN, ended ?? NaN]);
  expect(times).toEqual([...times].sort((a, b) => a - b));
  expect(operation.hops.map(({ observed }) => observed)).toEqual(hops.map(() => 'reported'));
}

/** The hops of a flow in which only the NC acts (A32, A34, A36-A38). */
export const throughNc = (kind: string, acts: string): string[] => [
  `CLC sends ${kind} request to CC`,
  `CC forwards ${kind} request to NC`,
  `NC ${acts}`,
  `NC replies ${kind} ok to CC`,
  `CC forwards ${kind} ok to CLC`,
  'CLC records the hop information in the DB',
];
