import { describe, expect, it } from '@jest/globals';
import { Hop, type Party } from '@faultline/contracts';
import { Value } from 'typebox/value';
import { hopsFromLog } from './hops.ts';
import type { LogEntry, OperationOrder, Outcome, PerformedKind } from './messages.ts';

const CLC: Party = { role: 'CLC', node: 'oms1' };
const CC: Party = { role: 'CC', node: 'oms1' };
const NC: Party = { role: 'NC', node: 'hA' };
const OK: Outcome = { result: 'ok' };

function order(kind: PerformedKind, force = false): OperationOrder {
  const vm = { uuid: '11111111-2222-3333-4444-555555555555', name: 'web' };
  return { operationId: 'op-1', kind, force, vm, host: 'hA' };
}

const request = (entry: 'sent' | 'received', from: Party, to: Party, at: number): LogEntry => ({
  entry,
  message: 'request',
  from,
  to,
  at,
});
const reply = (entry: 'sent' | 'received', from: Party, to: Party, at: number, outcome: Outcome): LogEntry => ({
  entry,
  message: 'reply',
  from,
  to,
  at,
  outcome,
});
const acted = (by: Party, at: number, ended: number, outcome: Outcome): LogEntry => ({
  entry: 'acted',
  by,
  at,
  ended,
  outcome,
});

function fullLog(outcome: Outcome): LogEntry[] {
  return [
    request('sent', CLC, CC, 100),
    request('received', CLC, CC, 101),
    request('sent', CC, NC, 102),
    request('received', CC, NC, 103),
    acted(NC, 103, 900, outcome),
    reply('sent', NC, CC, 901, outcome),
    reply('received', NC, CC, 902, outcome),
    reply('sent', CC, CLC, 903, outcome),
    reply('received', CC, CLC, 904, outcome),
    acted(CLC, 905, 905, OK),
  ];
}

const told = (hops: Hop[]) => hops.map(({ message, result }) => `${message}: ${result}`);

describe('hop records', () => {
  it.each([
    ['reboot', 'reboots'],
    ['start', 'starts'],
    ['stop', 'stops'],
  ] as const)('tell the flow of a %s in the order of A34, A36 and A37', (kind, verb) => {
    const hops = hopsFromLog(order(kind), fullLog(OK));
    expect(told(hops)).toEqual([
      `CLC sends ${kind} request to CC: ok`,
      `CC forwards ${kind} request to NC: ok`,
      `NC ${verb} the VM: ok`,
      `NC replies ${kind} ok to CC: ok`,
      `CC forwards ${kind} ok to CLC: ok`,
      'CLC records the hop information in the DB: ok',
    ]);
    expect(hops.map(({ at, ended }) => [at, ended])).toEqual([
      [100, 101],
      [102, 103],
      [103, 900],
      [901, 902],
      [903, 904],
      [905, 905],
    ]);
    expect(hops.map(({ seq, parent }) => [seq, parent])).toEqual([
      [0, undefined],
      [1, 0],
      [2, 1],
      [3, 2],
      [4, 3],
      [5, 4],
    ]);
    expect(hops.map(({ from, to }) => [from, to])).toEqual([
      [CLC, CC],
      [CC, NC],
      [NC, NC],
      [NC, CC],
      [CC, CLC],
      [CLC, CLC],
    ]);
    for (const hop of hops) expect(Value.Check(Hop, hop)).toBe(true);
  });

  it('say that an act was forced', () => {
    expect(told(hopsFromLog(order('stop', true), fullLog(OK))).slice(0, 4)).toEqual([
      'CLC sends forced stop request to CC: ok',
      'CC forwards forced stop request to NC: ok',
      'NC stops the VM by force: ok',
      'NC replies forced stop ok to CC: ok',
    ]);
  });

  it('give the cause to the hop that failed, and carry the no back hop by hop (A29, A30)', () => {
    const hops = hopsFromLog(order('start'), fullLog({ result: 'failed', cause: 'domain is already running' }));
    expect(told(hops)).toEqual([
      'CLC sends start request to CC: ok',
      'CC forwards start request to NC: ok',
      'NC starts the VM: failed',
      'NC replies start failed to CC: ok',
      'CC forwards start failed to CLC: ok',
      'CLC records the hop information in the DB: ok',
    ]);
    expect(hops.map(({ cause }) => cause)).toEqual([
      undefined,
      undefined,
      'domain is already running',
      undefined,
      undefined,
      undefined,
    ]);
  });

  it('are unknown and missing behind a party that did not answer, never failed', () => {
    const silence: Outcome = { result: 'timeout', cause: 'NC hA did not answer within 120 s' };
    const hops = hopsFromLog(order('stop'), [
      request('sent', CLC, CC, 100),
      request('received', CLC, CC, 101),
      request('sent', CC, NC, 102),
      { entry: 'halted', from: CC, to: NC, at: 120_102, outcome: silence },
      reply('sent', CC, CLC, 120_103, silence),
      reply('received', CC, CLC, 120_104, silence),
      acted(CLC, 120_105, 120_105, OK),
    ]);
    expect(told(hops)).toEqual([
      'CLC sends stop request to CC: ok',
      'CC forwards stop request to NC: timeout',
      'NC stops the VM: unknown',
      'NC replies to CC: unknown',
      'CC replies stop timed out to CLC: ok',
      'CLC records the hop information in the DB: ok',
    ]);
    expect(hops[1]).toMatchObject({ at: 102, ended: 120_102, cause: silence.cause });
    expect(hops.map(({ observed }) => observed)).toEqual([
      'reported',
      'reported',
      'missing',
      'missing',
      'reported',
      'reported',
    ]);
    expect(hops[2]?.at).toBeUndefined();
    expect(hops[4]?.parent).toBe(1);
  });

  it('are unknown up to the record when even CC was silent', () => {
    const hops = hopsFromLog({ kind: 'reboot', force: false }, [
      request('sent', CLC, CC, 100),
      { entry: 'halted', from: CLC, to: CC, at: 200, outcome: { result: 'timeout', cause: 'why' } },
      acted(CLC, 201, 201, OK),
    ]);
    expect(hops.map(({ result }) => result)).toEqual(['timeout', 'unknown', 'unknown', 'unknown', 'unknown', 'ok']);
    expect(hops[2]?.from).toEqual({ role: 'NC' });
    expect(hops[5]?.parent).toBe(0);
  });

  it('are skipped where a refusal kept them from happening (A41)', () => {
    const refusal: Outcome = { result: 'failed', cause: 'stop by ana is under way on this VM' };
    const refusedByClc = hopsFromLog(order('start'), [
      { entry: 'halted', from: CLC, to: CC, at: 100, outcome: refusal },
      acted(CLC, 100, 100, OK),
    ]);
    expect(refusedByClc.map(({ result }) => result)).toEqual([
      'failed',
      'skipped',
      'skipped',
      'skipped',
      'skipped',
      'ok',
    ]);
    expect(refusedByClc[0]).toMatchObject({ at: 100, ended: 100, cause: refusal.cause });
    expect(refusedByClc[2]).not.toHaveProperty('at');

    const noSuchNc = hopsFromLog(order('start'), [
      request('sent', CLC, CC, 100),
      request('received', CLC, CC, 101),
      request('sent', CC, NC, 102),
      { entry: 'halted', from: CC, to: NC, at: 102, outcome: { result: 'failed', cause: 'there is no NC hA' } },
      reply('sent', CC, CLC, 103, { result: 'failed', cause: 'there is no NC hA' }),
      reply('received', CC, CLC, 104, { result: 'failed', cause: 'there is no NC hA' }),
      acted(CLC, 105, 105, OK),
    ]);
    expect(told(noSuchNc)).toEqual([
      'CLC sends start request to CC: ok',
      'CC forwards start request to NC: failed',
      'NC starts the VM: skipped',
      'NC replies to CC: skipped',
      'CC replies start failed to CLC: ok',
      'CLC records the hop information in the DB: ok',
    ]);
  });

  it('that were sent and not yet received are unknown in their outcome', () => {
    expect(hopsFromLog(order('stop'), [request('sent', CLC, CC, 100)])[0]).toMatchObject({
      at: 100,
      result: 'unknown',
    });
  });
});
