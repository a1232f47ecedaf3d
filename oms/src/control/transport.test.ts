import { describe, expect, it } from '@jest/globals';
import type { Party } from '@faultline/contracts';
import type { ControlReply, ControlRequest } from './messages.ts';
import { LocalTransport } from './transport.ts';

const CLC: Party = { role: 'CLC' };
const CC: Party = { role: 'CC' };

function request(from: Party, to: Party, withinMs = 1000): ControlRequest {
  const vm = { uuid: '11111111-2222-3333-4444-555555555555', name: 'web' };
  const order = { operationId: 'op-1', task: { kind: 'stop' }, vm, host: 'hA' } as const;
  return { from, to, order, purpose: 'perform', sentAt: 0, withinMs };
}

const replyTo = ({ from, to, order }: ControlRequest): ControlReply => ({
  from: to,
  to: from,
  operationId: order.operationId,
  sentAt: 1,
  outcome: { result: 'ok' },
  log: [],
});

const never = () => new Promise<never>(() => undefined);

describe('the transport between parties', () => {
  it('carries copies of plain data, so that no party reaches into another', async () => {
    const transport = new LocalTransport();
    const seen: ControlRequest[] = [];
    transport.serve(CC, (received) => {
      seen.push(received);
      return Promise.resolve(replyTo(received));
    });
    const sent = request(CLC, CC);
    const reply = await transport.send(sent);
    expect(seen[0]).toEqual(sent);
    expect(seen[0]).not.toBe(sent);
    expect(JSON.parse(JSON.stringify(reply))).toEqual(reply);
  });

  it('refuses what is no plain data', async () => {
    const transport = new LocalTransport();
    transport.serve(CC, (received) => Promise.resolve({ ...replyTo(received), log: [(() => 1) as never] }));
    await expect(transport.send(request(CLC, CC))).rejects.toMatchObject({ code: 'party-broke' });
  });

  it.each([
    [{ role: 'CLC' }, { role: 'NC', node: 'hA' }],
    [{ role: 'NC', node: 'hA' }, { role: 'CLC' }],
    [{ role: 'NC', node: 'hA' }, { role: 'CC' }],
    [{ role: 'CC' }, { role: 'CLC' }],
  ] as [Party, Party][])('has no way for a request from %j to %j (A40)', async (from, to) => {
    const transport = new LocalTransport();
    transport.serve(to, (received) => Promise.resolve(replyTo(received)));
    await expect(transport.send(request(from, to))).rejects.toMatchObject({
      code: 'link-forbidden',
      nothingDone: true,
    });
  });

  it('knows that nothing was done by a party that is not there', async () => {
    await expect(new LocalTransport().send(request(CLC, CC))).rejects.toMatchObject({
      code: 'no-such-party',
      nothingDone: true,
    });
  });

  it('gives up at the deadline, and tells the party that nobody waits any more', async () => {
    const transport = new LocalTransport();
    let aborted: AbortSignal | undefined;
    transport.serve(CC, (_request, { signal }) => {
      aborted = signal;
      return never();
    });
    await expect(transport.send(request(CLC, CC, 20))).rejects.toMatchObject({
      code: 'no-reply',
      message: 'CC did not answer within 0.02 s',
      nothingDone: false,
    });
    expect(aborted?.aborted).toBe(true);
  });

  it('takes a party that throws for one that did not answer', async () => {
    const transport = new LocalTransport();
    transport.serve(CC, () => Promise.reject(new TypeError('a fault of ours')));
    await expect(transport.send(request(CLC, CC))).rejects.toMatchObject({ code: 'party-broke', nothingDone: false });
  });

  it('ends what waits when it is closed, and takes nothing after', async () => {
    const transport = new LocalTransport();
    let asked = 0;
    transport.serve(CC, () => {
      asked++;
      return never();
    });
    const waiting = transport.send(request(CLC, CC));
    transport.close('the OMS ended');
    await expect(waiting).rejects.toMatchObject({ code: 'transport-closed', message: 'the OMS ended' });
    await expect(transport.send(request(CLC, CC))).rejects.toMatchObject({ code: 'transport-closed' });
    expect(asked).toBe(1);
  });
});
