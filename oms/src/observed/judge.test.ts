import { afterEach, beforeEach, expect, it } from '@jest/globals';
import type { HostReport, Operation } from '@faultline/contracts';
import type { Cycle } from '../cycles/index.ts';
import { ingestCycle } from '../cycles/index.ts';
import type { OmsDatabase } from '../database/index.ts';
import { operationsAround, storeOperation } from '../operations/index.ts';
import { ingestReports } from '../reports/index.ts';
import { createNewsBus, type NewsBus } from '../news/index.ts';
import { onEachEngine } from '../testing/engines.ts';
import { lookBehindGaps } from './gaps.ts';
import { judgeWaiting } from './judge.ts';
import { forgetChangesBefore } from './store.ts';
import { storeTold } from './told/store.ts';

const VM = { uuid: '11111111-1111-4111-8111-111111111111', name: 'web' };
const T = 1_700_000_000_000;
const OPTIONS = { staleAfterMs: 45_000 };

const event = (id: string, after: number, detail: string): HostReport => ({
  type: 'domain-event',
  id,
  at: T + after,
  vm: VM,
  event: detail === 'reboot' ? 'reboot' : 'lifecycle',
  detail,
  observed: null,
});

const own = (more: Partial<Operation>): Operation => ({
  id: 'op-1',
  vm: VM,
  kind: 'stop',
  initiator: 'ana',
  started: T - 500,
  ended: T + 500,
  result: 'ok',
  source: 'faultline',
  hops: [],
  ...more,
});

onEachEngine('operations that libvirt’s events tell of', (engine) => {
  let db: OmsDatabase;
  /** Long after everything: all that waits is due. */
  let now: number;
  let news: NewsBus;
  let told: string[];
  beforeEach(async () => {
    db = await engine.open();
    now = T + 100_000;
    told = [];
    news = createNewsBus({ epoch: 'e' });
    news.listen(({ topic, vm }) => told.push(`${topic} of ${vm ?? 'all'}`));
  });
  afterEach(() => db.destroy());

  const report = (host: string, ...reports: HostReport[]) =>
    ingestReports(db, { host, reports }, { ...OPTIONS, received: T });
  const store = (operation: Operation) => db.transaction().execute((trx) => storeOperation(trx, operation));
  const cycle = (number: number, after: number, state: 'running' | 'shutoff', reason: string) => {
    const seen: Cycle = {
      host: 'hA',
      at: T + after,
      number,
      up: true,
      domains: [{ vm: VM, raw: { state, reason }, cpu: null }],
    };
    return ingestCycle(db, seen, OPTIONS);
  };
  async function judged(): Promise<[string, string, string][]> {
    now += 10_000;
    await lookBehindGaps(db, now);
    await judgeWaiting(db, { now: () => now, news });
    const all = await operationsAround(db, VM.uuid, { from: T - 86_400_000, to: T + 86_400_000 });
    return all.map(({ kind, initiator, source }) => [kind, initiator, source]);
  }
  const observedStop = ['stop', 'unknown', 'libvirt'];

  it('are recorded once, with the host that did it and inferred (A30)', async () => {
    await report('hA', event('1', 0, 'stopped (destroyed)'));
    expect(await judged()).toEqual([observedStop]);
    await report('hA', event('1', 0, 'stopped (destroyed)'));
    expect(await judged()).toEqual([observedStop]);
    expect(await db.selectFrom('hops').select(['from_node', 'observed']).execute()).toEqual([
      { from_node: 'hA', observed: 'inferred' },
    ]);
  });

  it('are not judged before what belongs to them can have arrived', async () => {
    await report('hA', event('1', 0, 'stopped (destroyed)'));
    const at = (time: number) => judgeWaiting(db, { now: () => time, news });
    expect(await at(T + 2000)).toBe(0);
    expect(await at(T + 3000)).toBe(1);
    expect(await at(T + 3000)).toBe(0);
  });

  it('are none where an operation of ours explains them, whichever is stored first', async () => {
    await store(own({}));
    await report('hA', event('1', 0, 'stopped (destroyed)'));
    expect(await judged()).toEqual([['stop', 'ana', 'faultline']]);
  });

  it('wait for the operation of ours that still runs, and are recorded when it fails', async () => {
    const running = own({ result: 'running' });
    delete running.ended;
    await store(running);
    await report('hA', event('1', 0, 'stopped (destroyed)'));
    expect(await judged()).toEqual([['stop', 'ana', 'faultline']]);
    expect(await judged()).toEqual([['stop', 'ana', 'faultline']]);
    await store(own({ result: 'failed', cause: 'it was gone already' }));
    expect(await judged()).toEqual([['stop', 'ana', 'faultline'], observedStop]);
  });

  it('are withdrawn when another system tells that they were its own', async () => {
    await report('hA', event('1', 0, 'stopped (destroyed)'));
    expect(await judged()).toEqual([observedStop]);
    await storeTold(db, [{ ...own({}), source: 'nova' }], { now: () => now, news });
    expect(await judged()).toEqual([['stop', 'ana', 'nova']]);
    // Observed, told, withdrawn.
    expect(told).toEqual(new Array<string>(3).fill(`operation of ${VM.uuid}`));
    expect(await db.selectFrom('hops').selectAll().execute()).toEqual([]);
  });

  it('are one migration, in whatever order its two hosts report (A38)', async () => {
    const source = [event('s1', 1900, 'suspended (migrated)'), event('s2', 2100, 'stopped (migrated)')];
    const destination = [event('d1', 0, 'started (migrated)'), event('d2', 2000, 'resumed (migrated)')];
    await report('hA', ...source);
    expect(await judged()).toEqual([['migrate', 'unknown', 'libvirt']]);
    await report('hB', ...destination);
    expect(await judged()).toEqual([['migrate', 'unknown', 'libvirt']]);
    const messages = await db.selectFrom('hops').select('message').execute();
    expect(messages).toEqual([{ message: 'NC migrates the VM to hB' }]);
  });

  it('stay when their changes are forgotten', async () => {
    await report('hA', event('1', 0, 'stopped (destroyed)'));
    await judged();
    await forgetChangesBefore(db, T + 1);
    await report('hA', event('2', 60_000, 'started (booted)'));
    expect(await judged()).toEqual([observedStop, ['start', 'unknown', 'libvirt']]);
  });

  it('are found behind a gap in which nobody listened, once the host is seen again', async () => {
    await cycle(1, -10_000, 'running', 'booted');
    await report('hA', { type: 'observation-gap', id: 'g', from: T - 10_000, to: T, cause: 'libvirtd was away' });
    expect(await judged()).toEqual([]);
    await cycle(2, 1000, 'shutoff', 'destroyed');
    expect(await judged()).toEqual([observedStop]);
    const [stop] = await operationsAround(db, VM.uuid, { from: T - 86_400_000, to: T + 86_400_000 });
    expect([stop?.started, stop?.ended]).toEqual([T - 10_000, T + 1000]);
    // Its event was only late.
    await report('hA', event('late', -3000, 'stopped (destroyed)'));
    expect(await judged()).toEqual([observedStop]);
    const [seen] = await operationsAround(db, VM.uuid, { from: T - 86_400_000, to: T + 86_400_000 });
    expect([seen?.started, seen?.ended]).toEqual([T - 3000, T - 3000]);
  });

  it('are none where a change has no gap around it: its event is on its way', async () => {
    await cycle(1, -10_000, 'running', 'booted');
    await cycle(2, 1000, 'shutoff', 'destroyed');
    expect(await judged()).toEqual([]);
  });
});
