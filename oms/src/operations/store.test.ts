import { afterEach, beforeEach, expect, it } from '@jest/globals';
import type { Operation } from '@faultline/contracts';
import type { OmsDatabase } from '../database/index.ts';
import { findOperation, operationMarks, storeOperation } from './index.ts';
import { ownRunningOperations, runningOperationOn } from './store.ts';
import { onEachEngine } from '../testing/engines.ts';

const VM = { uuid: '11111111-2222-3333-4444-555555555555', name: 'web' };

const running: Operation = {
  id: 'op-1',
  vm: VM,
  kind: 'stop',
  initiator: 'ana',
  started: 1000,
  result: 'running',
  source: 'faultline',
  hops: [
    {
      seq: 0,
      from: { role: 'CLC', node: 'oms1' },
      to: { role: 'CC' },
      message: 'CLC sends stop request to CC',
      direction: 'request',
      at: 1000,
      result: 'running',
      observed: 'reported',
    },
  ],
};

const failed: Operation = {
  ...running,
  ended: 2000,
  result: 'failed',
  cause: 'guest did not shut down',
  hops: [
    { ...running.hops[0], ended: 1001, result: 'ok' } as Operation['hops'][number],
    {
      seq: 1,
      parent: 0,
      from: { role: 'NC', node: 'hA' },
      to: { role: 'NC', node: 'hA' },
      message: 'NC stops the VM',
      direction: 'local',
      at: 1002,
      ended: 2000,
      result: 'failed',
      cause: 'guest did not shut down',
      observed: 'reported',
    },
  ],
};

onEachEngine('the store of operations', (engine) => {
  let db: OmsDatabase;
  const store = (operation: Operation) => db.transaction().execute((trx) => storeOperation(trx, operation));

  beforeEach(async () => {
    db = await engine.open();
  });
  afterEach(() => db.destroy());

  it('gives back what was stored, field by field', async () => {
    const full = { ...failed, correlationId: 'corr-1', parentId: 'op-0' };
    await expect(store(full)).resolves.toBe('new');
    await expect(findOperation(db, 'op-1')).resolves.toEqual(full);
    await expect(findOperation(db, 'op-2')).resolves.toBeUndefined();
  });

  it('stores an id once, and leaves an ended operation as it is', async () => {
    await store(failed);
    await expect(store({ ...failed, result: 'ok', initiator: 'eve', hops: [] })).resolves.toBe('known');
    await expect(store(running)).resolves.toBe('known');
    await expect(findOperation(db, 'op-1')).resolves.toEqual(failed);
  });

  it('replaces a running operation and its hops by its end, but not who asked for what', async () => {
    await store(running);
    await expect(store({ ...failed, initiator: 'eve', started: 1 })).resolves.toBe('updated');
    await expect(findOperation(db, 'op-1')).resolves.toEqual(failed);
  });

  it('does not let the end of one operation be told under the id of another VM', async () => {
    await store(running);
    const other = { ...failed, vm: { ...VM, uuid: '99999999-2222-3333-4444-555555555555' } };
    await expect(store(other)).resolves.toBe('known');
    await expect(findOperation(db, 'op-1')).resolves.toEqual(running);
  });

  it('stores nothing of an operation whose hops cannot be stored', async () => {
    const [hop] = failed.hops;
    if (hop === undefined) throw new Error('the fixture has hops');
    const uniqueViolation = /^(SQLITE_CONSTRAINT_PRIMARYKEY|23505)$/;
    await expect(store({ ...failed, hops: [hop, hop] })).rejects.toMatchObject({
      code: expect.stringMatching(uniqueViolation),
    });
    await expect(findOperation(db, 'op-1')).resolves.toBeUndefined();
  });

  it.each([
    [0, 999, []],
    [0, 1000, ['op-1']],
    [1500, 1600, ['op-1']],
    [2000, 2999, ['op-1']],
    [2001, 2999, []],
    [0, 5000, ['op-1', 'op-2']],
    [9000, 9999, ['op-2']],
  ])('finds what overlaps %i to %i, an operation that runs on overlapping all that follows', async (from, to, ids) => {
    await store({ ...running, id: 'op-2', started: 3000 });
    await store(failed);
    await store({ ...failed, id: 'op-3', vm: { ...VM, uuid: '99999999-2222-3333-4444-555555555555' } });
    const { marks: found } = await operationMarks(db, VM.uuid, { from, to, binMs: 1000 }, 100);
    expect(found.map(({ id }) => id)).toEqual(ids);
    for (const operation of found) expect(operation).not.toHaveProperty('hops');
  });

  it('knows which operations are ours to end', async () => {
    await store({ ...running, id: 'elsewhere', source: 'nova' });
    expect(await runningOperationOn(db, VM.uuid)).toBeUndefined();
    await store(running);
    expect(await runningOperationOn(db, VM.uuid)).toMatchObject({ id: 'op-1', initiator: 'ana' });
    expect((await ownRunningOperations(db)).map(({ operation }) => operation.id)).toEqual(['op-1']);
    await store(failed);
    expect(await runningOperationOn(db, VM.uuid)).toBeUndefined();
  });
});
