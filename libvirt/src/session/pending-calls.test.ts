import { describe, expect, it, jest } from '@jest/globals';
import { ConnectionLostError, ProtocolError } from '../errors.ts';
import { procedures } from '../protocol/index.ts';
import { encodeWith } from '../wire/codec.ts';
import { messageStatus, messageType, type Packet } from '../wire/packet.ts';
import { maxAbandonedCalls, maxWaitingCalls, PendingCalls, type CallLimits } from './pending-calls.ts';

const { connectGetHostname: procedure } = procedures;

function replyTo(serial: number, hostname = 'h1'): Packet {
  const { number: program, version } = procedure.program;
  return {
    header: {
      program,
      version,
      procedure: procedure.number,
      type: messageType.reply,
      serial,
      status: messageStatus.ok,
    },
    payload: encodeWith(procedure.ret, { hostname }),
  };
}

/** A table, its overdue errors, and a way to start calls whose rejection is expected. */
function table() {
  const overdue: ConnectionLostError[] = [];
  const calls = new PendingCalls((error) => overdue.push(error));
  const start = (limits: CallLimits = { timeoutMs: 60_000 }) => {
    const { serial, reply } = calls.start(procedure, limits);
    return {
      serial,
      outcome: reply.then(
        (ret) => ret.hostname,
        (error: unknown) => (error as { code: string }).code,
      ),
    };
  };
  return { calls, overdue, start };
}

describe('PendingCalls', () => {
  it('is empty after a reply, an abort and its late reply, and the end', async () => {
    const { calls, start } = table();
    const controller = new AbortController();
    const answered = start();
    const aborted = start({ timeoutMs: 60_000, signal: controller.signal });
    const lost = start();
    expect(calls.waiting).toBe(3);

    calls.finish(replyTo(answered.serial));
    expect(await answered.outcome).toBe('h1');
    controller.abort();
    expect(await aborted.outcome).toBe('call-aborted');
    expect([calls.waiting, calls.abandoned]).toEqual([1, 1]);
    calls.finish(replyTo(aborted.serial));
    expect([calls.waiting, calls.abandoned]).toEqual([1, 0]);
    calls.failAll(new ConnectionLostError('gone'));
    expect(await lost.outcome).toBe('connection-lost');
    expect([calls.waiting, calls.abandoned]).toEqual([0, 0]);
  });

  it('leaves no timer and no listener behind', () => {
    jest.useFakeTimers();
    try {
      const { calls, start } = table();
      const { signal } = new AbortController();
      const added = jest.spyOn(signal, 'addEventListener');
      const removed = jest.spyOn(signal, 'removeEventListener');
      const serials = Array.from({ length: 10 }, () => start({ timeoutMs: 1_000, signal }).serial);
      expect(jest.getTimerCount()).toBe(10);
      for (const serial of serials) calls.finish(replyTo(serial));
      expect(jest.getTimerCount()).toBe(0);
      expect(removed.mock.calls.length).toBe(added.mock.calls.length);
    } finally {
      jest.useRealTimers();
    }
  });

  it('refuses a second reply to the same call', () => {
    const { calls, start } = table();
    const { serial } = start();
    calls.finish(replyTo(serial));
    expect(() => {
      calls.finish(replyTo(serial));
    }).toThrow(ProtocolError);
  });

  it('refuses a call over its limit, and forgets none of the others', () => {
    const { calls, start } = table();
    for (let i = 0; i < maxWaitingCalls; i++) start();
    expect(() => start()).toThrow(expect.objectContaining({ code: 'too-many-calls' }));
    expect(calls.waiting).toBe(maxWaitingCalls);
    calls.failAll(new ConnectionLostError('gone'));
  });

  it('gives a daemon up that leaves too many calls unanswered', () => {
    const { overdue, start } = table();
    const controller = new AbortController();
    for (let i = 0; i <= maxAbandonedCalls; i++) start({ timeoutMs: 60_000, signal: controller.signal });
    controller.abort();
    expect(overdue).toHaveLength(1);
  });

  it('hands a late reply to whoever cleans up after the call', async () => {
    const { calls } = table();
    const late: string[] = [];
    const limits = { timeoutMs: 60_000, signal: AbortSignal.timeout(1) };
    const { serial, reply } = calls.start(procedure, limits, { onLateReply: ({ hostname }) => late.push(hostname) });
    await expect(reply).rejects.toMatchObject({ code: 'call-aborted' });
    calls.finish(replyTo(serial, 'late'));
    expect(late).toEqual(['late']);
  });
});
