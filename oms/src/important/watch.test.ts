import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import type { AlarmRecord, RawState } from '@faultline/contracts';
import type { FastifyInstance } from 'fastify';
import type { OmsContext } from '../context.ts';
import { ingestCycle } from '../cycles/index.ts';
import { createServer } from '../server.ts';
import { testContext } from '../testing/context.ts';
import { onEachEngine } from '../testing/engines.ts';
import { setFacts } from '../vms/index.ts';
import { ImportantWatch } from './watch.ts';

const UUID = '11111111-1111-4111-8111-111111111111';
const VM = { uuid: UUID, name: 'web' };
const T = 1_700_000_000_000;
const RUNNING: RawState = { state: 'running', reason: 'booted' };
const CRASHED: RawState = { state: 'crashed', reason: 'panicked' };
/** A tenure that lasts. */
const TENURE = { fence: () => Promise.resolve() };

onEachEngine('the watch over important VMs (A5)', (engine) => {
  let context: OmsContext;
  let app: FastifyInstance | undefined;
  let now: number;
  let number: number;
  beforeEach(async () => {
    now = T;
    number = 0;
    context = await testContext({ db: await engine.open(), now: () => now });
  });
  afterEach(async () => {
    await app?.close();
    app = undefined;
    await context.db.destroy();
  });

  async function cycle(at: number, raw: RawState): Promise<void> {
    number += 1;
    const domains = [{ vm: VM, raw, cpu: null }];
    await ingestCycle(context.db, { host: 'hA', number, at: T + at, up: true, domains }, context.config);
    now = Math.max(now, T + at);
  }
  const setImportant = (important: boolean): Promise<void> =>
    context.db.transaction().execute((trx) => setFacts(trx, UUID, { important }, now));
  const newWatch = (): ImportantWatch => new ImportantWatch(context, TENURE);
  const alarms = async () =>
    await context.db
      .selectFrom('alarms')
      .select(['key', 'raised', 'cleared'])
      .orderBy('raised')
      .orderBy('key')
      .execute();

  it('raises an alarm without a report, and clears it when the VM is well again', async () => {
    await cycle(0, RUNNING);
    await setImportant(true);
    const watch = newWatch();
    await watch.look();
    await cycle(5000, CRASHED);
    await watch.look(new Set([UUID]));
    await watch.look();
    await newWatch().look();
    expect(await alarms()).toEqual([{ key: `important-abnormal/${UUID}`, raised: T + 5000, cleared: null }]);
    await cycle(10_000, RUNNING);
    await newWatch().look(new Set([UUID]));
    await watch.look();
    await cycle(15_000, CRASHED);
    await watch.look();
    expect(await alarms()).toEqual([
      { key: `important-abnormal/${UUID}`, raised: T + 5000, cleared: T + 10_000 },
      { key: `important-abnormal/${UUID}`, raised: T + 15_000, cleared: null },
    ]);
  });

  it('says when nothing is heard of it, but not of the time in which the OMS itself was away', async () => {
    await cycle(0, RUNNING);
    await setImportant(true);
    now = T + 3_600_000;
    const watch = newWatch();
    await watch.look();
    expect(await alarms()).toEqual([]);
    now += 45_001;
    await watch.look();
    await watch.look();
    expect(await alarms()).toEqual([{ key: `important-unobserved/${UUID}`, raised: T, cleared: null }]);
    const seen = now - T;
    await cycle(seen, RUNNING);
    await watch.look();
    expect(await alarms()).toMatchObject([{ cleared: T + seen }]);
  });

  it('looks at no other VM, and clears what it said of one that is not important any more', async () => {
    await cycle(0, CRASHED);
    const watch = newWatch();
    await watch.look();
    await watch.look(new Set([UUID]));
    expect(await alarms()).toEqual([]);
    await setImportant(true);
    await watch.look();
    await setImportant(false);
    now += 1000;
    await watch.look();
    expect(await alarms()).toMatchObject([{ raised: T, cleared: T + 1000 }]);
  });

  it('writes nothing when the lease is lost meanwhile', async () => {
    await cycle(0, CRASHED);
    await setImportant(true);
    const lost = { fence: () => Promise.reject(new Error('lost')) };
    await expect(new ImportantWatch(context, lost).look()).rejects.toThrow('lost');
    expect(await alarms()).toEqual([]);
  });

  it('is kept by a running OMS as soon as a state is told of', async () => {
    await cycle(0, RUNNING);
    await setImportant(true);
    app = await createServer(context);
    await app.ready();
    now = T + 1000;
    const report = {
      type: 'domain-event',
      id: 'e1',
      at: now,
      vm: VM,
      event: 'lifecycle',
      detail: 'crashed (panicked)',
    };
    await app.inject({
      method: 'POST',
      url: '/api/v1/reports',
      payload: { host: 'hA', reports: [{ ...report, observed: CRASHED }] },
    });
    // Well before it would look by itself; Jest's own limit ends a wait for what never comes.
    for (;;) {
      const answer = await app.inject(`/api/v1/alarms?active=true&vm=${UUID}`);
      const [alarm] = answer.json<{ items: AlarmRecord[] }>().items;
      if (alarm !== undefined) {
        expect(alarm).toMatchObject({ source: 'oms', level: 'critical', raised: now, operator: { state: 'none' } });
        return;
      }
      await delay(20);
    }
  });
});
