import { describe, expect, it } from '@jest/globals';
import { PERFORMED_KINDS, type Isolation } from '@faultline/contracts';
import { ISOLATED_NC_DOES, isolationCause } from './isolation.ts';
import type { OperationOrder, Task } from './messages.ts';

const ISOLATION: Isolation = { by: 'eve', why: 'its memory fails', since: 0, until: 1000 };
const order = (task: Task): OperationOrder => ({
  operationId: 'op-1',
  task,
  vm: { uuid: '11111111-1111-4111-8111-111111111111', name: 'web' },
  host: 'hA',
});
const isolated = (...hosts: string[]) => ({
  of: (host: string) => Promise.resolve(hosts.includes(host) ? ISOLATION : undefined),
});

describe('an isolated host (A31)', () => {
  it('still does what keeps, saves and stops its VMs, and nothing that brings it more', () => {
    expect(PERFORMED_KINDS.filter((kind) => ISOLATED_NC_DOES[kind])).toEqual([
      ...['snapshot', 'reboot', 'stop', 'suspend', 'resume'],
    ]);
  });

  it('is told in the words of A29, with who, why, since and until when', async () => {
    await expect(isolationCause(order({ kind: 'start' }), isolated('hA'))).resolves.toBe(
      'NC hA is in isolated state since 1970-01-01T00:00:00.000Z until 1970-01-01T00:00:01.000Z, by eve: its memory fails',
    );
  });

  it.each([
    [['hA'], /^NC hA is in/],
    [['hB'], /^destination NC hB is in/],
    [['hA', 'hB'], /^NC hA is in/],
  ])('refuses a migration when %j is isolated', async (hosts, cause) => {
    await expect(isolationCause(order({ kind: 'migrate', toHost: 'hB' }), isolated(...hosts))).resolves.toMatch(cause);
  });

  it('keeps nobody else from anything', async () => {
    await expect(isolationCause(order({ kind: 'migrate', toHost: 'hB' }), isolated('hC'))).resolves.toBeUndefined();
    await expect(isolationCause(order({ kind: 'stop' }), isolated('hA'))).resolves.toBeUndefined();
  });
});
