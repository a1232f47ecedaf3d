import { describe, expect, it } from '@jest/globals';
import { Hop, type Party, type PerformedKind } from '@faultline/contracts';
import { Value } from 'typebox/value';
import { hopsFromLog, type RecordedOrder } from './hops.ts';
import type { LogEntry, Outcome } from './messages.ts';

const CLC: Party = { role: 'CLC', node: 'oms1' };
const CC: Party = { role: 'CC', node: 'oms1' };
const NC: Party = { role: 'NC', node: 'hA' };
const OK: Outcome = { result: 'ok' };

const order = (kind: PerformedKind, force = false): RecordedOrder => ({ kind, force, host: 'hA' });

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
    ['create', 'creates the VM'],
    ['reboot', 'reboots the VM'],
    ['start', 'starts the VM'],
    ['stop', 'stops the VM'],
    ['migrate', 'migrates the VM'],
    ['suspend', 'suspends the VM'],
    ['resume', 'resumes the VM'],
  ] as const)('tell the flow of a %s in the order of A32, A34, A36, A37 and A38', (kind, verb) => {
    const hops = hopsFromLog(order(kind), fullLog(OK));
    expect(told(hops)).toEqual([
      `CLC sends ${kind} request to CC: ok`,
      `CC forwards ${kind} request to NC: ok`,
      `NC ${verb}: ok`,
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

  const BRM: Party = { role: 'BRM', node: 'hA' };

  /** The log of an order whose BRM is asked first, up to its answer. */
  function brmLog(outcome: Outcome, isHop: boolean): LogEntry[] {
    return [
      request('sent', CLC, CC, 100),
      request('received', CLC, CC, 101),
      request('sent', CC, BRM, 102),
      request('received', CC, BRM, 103),
      ...(isHop ? [acted(BRM, 103, 200, outcome)] : []),
      reply('sent', BRM, CC, 201, outcome),
      reply('received', BRM, CC, 202, outcome),
    ];
  }
  const ncLog = (outcome: Outcome): LogEntry[] => [
    request('sent', CC, NC, 203),
    request('received', CC, NC, 204),
    acted(NC, 204, 900, outcome),
    reply('sent', NC, CC, 901, outcome),
    reply('received', NC, CC, 902, outcome),
  ];
  const endLog = (outcome: Outcome): LogEntry[] => [
    reply('sent', CC, CLC, 903, outcome),
    reply('received', CC, CLC, 904, outcome),
    acted(CLC, 905, 905, OK),
  ];

  it('tell the flow of a snapshot, whose disk the BRM makes before the NC is asked (A33, A39)', () => {
    const hops = hopsFromLog(order('snapshot'), [...brmLog(OK, true), ...ncLog(OK), ...endLog(OK)]);
    expect(told(hops)).toEqual([
      'CLC sends snapshot request to CC: ok',
      'CC sends create-disk request to BRM: ok',
      'BRM creates the disk: ok',
      'BRM replies create-disk ok to CC: ok',
      'CC forwards snapshot request to NC: ok',
      'NC makes the snapshot: ok',
      'NC replies snapshot ok to CC: ok',
      'CC forwards snapshot ok to CLC: ok',
      'CLC records the hop information in the DB: ok',
    ]);
    expect(hops.map(({ parent }) => parent)).toEqual([undefined, 0, 1, 2, 3, 4, 5, 6, 7]);
  });

  it('tell the flow of attaching a disk, whose location the BRM tells (A35)', () => {
    const hops = hopsFromLog(order('attach-disk'), [...brmLog(OK, false), ...ncLog(OK), ...endLog(OK)]);
    expect(told(hops)).toEqual([
      'CLC sends attach-disk request to CC: ok',
      'CC queries BRM for the location of the disk: ok',
      'BRM replies location of the disk ok to CC: ok',
      'CC forwards attach-disk request to NC: ok',
      'NC attaches the disk: ok',
      'NC replies attach-disk ok to CC: ok',
      'CC forwards attach-disk ok to CLC: ok',
      'CLC records the hop information in the DB: ok',
    ]);
  });

  it('end at a BRM that says no: the NC is never asked (A41)', () => {
    const no: Outcome = { result: 'failed', cause: "storage volume 'x' exists already" };
    const snapshot = hopsFromLog(order('snapshot'), [...brmLog(no, true), ...endLog(no)]);
    expect(told(snapshot)).toEqual([
      'CLC sends snapshot request to CC: ok',
      'CC sends create-disk request to BRM: ok',
      'BRM creates the disk: failed',
      'BRM replies create-disk failed to CC: ok',
      'CC forwards snapshot request to NC: skipped',
      'NC makes the snapshot: skipped',
      'NC replies to CC: skipped',
      'CC forwards snapshot failed to CLC: ok',
      'CLC records the hop information in the DB: ok',
    ]);
    expect(snapshot[2]?.cause).toBe(no.cause);
    expect(snapshot.map(({ parent }) => parent)).toEqual([undefined, 0, 1, 2, 3, 4, 5, 3, 7]);

    const attach = hopsFromLog(order('attach-disk'), [...brmLog(no, false), ...endLog(no)]);
    expect(attach.map(({ result }) => result)).toEqual([
      'ok',
      'ok',
      'failed',
      'skipped',
      'skipped',
      'skipped',
      'ok',
      'ok',
    ]);
    // No act of the BRM is a hop here, so that its reply carries why (A29).
    expect(attach[2]).toMatchObject({ message: 'BRM replies location of the disk failed to CC', cause: no.cause });
  });

  it('end at the link to an isolated NC after the BRM did its part, and CC answers by itself (A29, A31)', () => {
    const no: Outcome = { result: 'failed', cause: 'NC hA is in isolated state' };
    const hops = hopsFromLog(order('attach-disk'), [
      ...brmLog(OK, false),
      { entry: 'halted', from: CC, to: NC, at: 203, outcome: no },
      ...endLog(no),
    ]);
    expect(hops[3]).toMatchObject({
      message: 'CC forwards attach-disk request to NC',
      result: 'failed',
      cause: no.cause,
    });
    expect(hops[6]?.message).toBe('CC replies attach-disk failed to CLC');
  });

  it('that were read back are inferred, and nothing is known of those around them', () => {
    const outcome: Outcome = { result: 'failed', cause: 'read back from libvirt, the VM is running (booted)' };
    const hops = hopsFromLog(order('stop'), [
      request('sent', CLC, CC, 100),
      { entry: 'read-back', by: NC, at: 5000, outcome },
      acted(CLC, 5001, 5001, OK),
    ]);
    expect(hops.map(({ result, observed }) => [result, observed])).toEqual([
      ['unknown', 'reported'],
      ['unknown', 'missing'],
      ['failed', 'inferred'],
      ['unknown', 'missing'],
      ['unknown', 'missing'],
      ['ok', 'reported'],
    ]);
    expect(hops[2]).toMatchObject({ ended: 5000, cause: outcome.cause });
    expect(hops[2]).not.toHaveProperty('at');
    for (const hop of hops) expect(Value.Check(Hop, hop)).toBe(true);
  });
});
