import { describe, expect, it } from '@jest/globals';
import type { Hop, Operation } from '@faultline/contracts';
import { withTold } from './merge.ts';
import { withMissingHops } from './missing-hops.ts';

const hop = (seq: number, from: string, to: string, direction: Hop['direction'], more: Partial<Hop> = {}): Hop => ({
  seq,
  from: { role: from },
  to: { role: to },
  message: `${from} to ${to}`,
  direction,
  result: 'ok',
  observed: 'reported',
  ...more,
});

const operation = (hops: Hop[], more: Partial<Operation> = {}): Operation => ({
  id: 'nova:1',
  vm: { uuid: '11111111-1111-4111-8111-111111111111', name: 'web' },
  kind: 'stop',
  initiator: 'ana',
  started: 1,
  ended: 2,
  result: 'ok',
  source: 'nova',
  hops,
  ...more,
});

const shape = ({ hops }: Operation) =>
  hops.map(({ from, to, direction, observed, result }) => `${from.role}>${to.role} ${direction} ${observed} ${result}`);

describe('the hops that a source did not tell of (A37)', () => {
  it('are missing in the order of the flow, and not failed', () => {
    const told = [
      hop(0, 'CLC', 'CC', 'request'),
      hop(5, 'NC', 'NC', 'local', { from: { role: 'NC', node: 'hA' }, to: { role: 'NC', node: 'hA' }, parent: 0 }),
    ];
    const completed = withMissingHops(operation(told));
    expect(shape(completed)).toEqual([
      'CLC>CC request reported ok',
      'CC>NC request missing unknown',
      'NC>NC local reported ok',
      'NC>CC reply missing unknown',
      'CC>CLC reply missing unknown',
      'CLC>CLC local missing unknown',
    ]);
    expect(completed.hops.map(({ seq, parent }) => [seq, parent])).toEqual([
      [0, undefined],
      [1, 0],
      [2, 0],
      [3, 2],
      [4, 3],
      [5, 4],
    ]);
    expect(completed.hops[1]).toMatchObject({
      to: { role: 'NC', node: 'hA' },
      message: 'CC forwards stop request to NC',
    });
  });

  it('are none where all were told, whatever they are numbered', () => {
    const whole = withMissingHops(operation([hop(0, 'CLC', 'CC', 'request')]));
    const told = operation(whole.hops.map((each) => ({ ...each, observed: 'reported' as const })));
    expect(withMissingHops(told)).toBe(told);
  });

  it('stand around hops that the flow does not have', () => {
    const told = [
      hop(0, 'CLC', 'CC', 'request'),
      hop(1, 'CLC', 'CC', 'request'),
      hop(2, 'CC', 'NC', 'request', { parent: 1 }),
      hop(3, 'CC', 'CLC', 'reply'),
    ];
    const { hops } = withMissingHops(operation(told));
    expect(hops.filter(({ observed }) => observed === 'reported')).toHaveLength(4);
    expect(hops.filter(({ observed }) => observed === 'missing')).toHaveLength(3);
    expect(hops.map(({ seq }) => seq)).toEqual(hops.map((_hop, index) => index));
  });

  it.each<[string, Operation]>([
    ['while it runs', operation([hop(0, 'CLC', 'CC', 'request')], { result: 'running' })],
    ['of components that are not of the flow', operation([hop(0, 'nova-api', 'nova-conductor', 'request')])],
    ['where the source tells of no hop at all', operation([])],
  ])('are not made up %s', (_what, told) => {
    expect(withMissingHops(told)).toBe(told);
  });
});

describe('one more word on an operation', () => {
  const running = operation([hop(0, 'CLC', 'CC', 'request'), hop(1, 'CC', 'NC', 'request', { result: 'running' })], {
    result: 'running',
  });

  it('that tells of its end takes nothing back', () => {
    const end = operation([hop(1, 'CC', 'NC', 'request', { ended: 9 })], { result: 'failed', cause: 'no', ended: 9 });
    const next = withTold(running, end);
    expect(next).toMatchObject({ result: 'failed', cause: 'no', ended: 9 });
    expect(next.hops.map(({ seq, result }) => [seq, result])).toEqual([
      [0, 'ok'],
      [1, 'ok'],
    ]);
  });

  it('that comes late changes nothing', () => {
    const late = operation([hop(0, 'CLC', 'CC', 'request', { result: 'running' })], { result: 'running' });
    expect(withTold(running, late)).toBe(running);
    const ended = operation([]);
    expect(withTold(ended, running)).toBe(ended);
    expect(withTold(ended, operation([], { result: 'failed' }))).toBe(ended);
  });
});
