import { afterEach, describe, expect, it } from '@jest/globals';
import { connect } from '../connect.ts';
import type { Connection } from '../connection.ts';
import { FakeLibvirtd, type FakeLibvirtdOptions } from '../testing/index.ts';
import { MonitorLane, type LaneCandidate, type LaneTrouble } from './monitor-lane.ts';

const endings: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end();
});

const patience = (): AbortSignal => AbortSignal.timeout(5000);

async function laneOn({ timeoutMs = 100, ...options }: FakeLibvirtdOptions & { timeoutMs?: number }) {
  const daemon = await FakeLibvirtd.start(options);
  endings.push(() => daemon.stop());
  const watcher = await connect({ uri: daemon.uri, readOnly: true });
  endings.push(() => watcher.close());
  const troubles: LaneTrouble[] = [];
  const lane = new MonitorLane<Connection>({
    open: () => connect({ uri: daemon.uri }),
    controlInfo: (ref) => watcher.domainControlInfo(ref),
    timeoutMs,
    maxStuckCalls: 3,
    now: Date.now,
    onTrouble: (trouble) => troubles.push(trouble),
    onReconnect: () => undefined,
  });
  endings.push(() => lane.close());
  const candidates = async (): Promise<LaneCandidate[]> =>
    Promise.all(
      (await watcher.listAllDomains()).map(async (ref) => ({ ref, control: await watcher.domainControlInfo(ref) })),
    );
  return { daemon, lane, troubles, candidates };
}

const domains = ['a', 'b', 'c'].map((name) => ({ name, stats: { 'cpu.time': 5n } }));

describe('a lane into the monitors', () => {
  it('gives the statistics of all but the stuck, and never asks a stuck one twice', async () => {
    const { daemon, lane, troubles, candidates } = await laneOn({ domains });
    const { uuid } = daemon.domainNamed('b');
    daemon.hang(uuid);
    const outcome = await lane.statistics(await candidates(), ['cpu'], patience());
    expect(outcome.ok).toBe(true);
    expect([...outcome.missing]).toEqual([uuid]);
    expect([...outcome.answers.values()].map(({ values }) => values.get('cpu.time'))).toEqual([5n, 5n]);
    expect(troubles.map(({ kind }) => kind)).toContain('not-answered');
    expect(lane.stuckCalls).toBe(1);

    const before = daemon.calls.length;
    await lane.statistics(await candidates(), ['cpu'], patience());
    await lane.each(await candidates(), (connection, ref, options) => connection.domainState(ref, options), patience());
    const later = daemon.calls.slice(before).filter(({ procedure }) => procedure !== 'domainGetControlInfo');
    expect(later.flatMap((call) => call.domains)).not.toContain(uuid);
  });

  it('asks each domain by itself, and counts an unanswered call as owed', async () => {
    const { daemon, lane, candidates } = await laneOn({ domains });
    const { uuid } = daemon.domainNamed('c');
    daemon.hold({ procedure: 'domainGetState', uuid });
    const outcome = await lane.each(
      await candidates(),
      (connection, ref, options) => connection.domainState(ref, options),
      patience(),
    );
    expect(outcome.answers.size).toBe(2);
    expect([...outcome.missing]).toEqual([uuid]);
    expect(lane.stuckCalls).toBe(1);
  });

  it('asks the others again when one late answer took their connection, and owes no connection to the daemon', async () => {
    const { daemon, lane, troubles, candidates } = await laneOn({
      timeoutMs: 400,
      domains: ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'].map((name) => ({ name })),
    });
    const all = await candidates();
    const { uuid } = daemon.domainNamed('b');
    daemon.hold({ procedure: 'domainGetState', uuid });
    // Three are under way when the connection is given up: those that came after a, c and d.
    for (const name of ['a', 'c', 'd', 'e', 'f', 'g']) {
      daemon.delay({ procedure: 'domainGetState', uuid: daemon.domainNamed(name).uuid, ms: 250 });
    }
    const outcome = await lane.each(
      all,
      (connection, ref, options) => connection.domainState(ref, options),
      patience(),
    );
    expect(outcome.ok).toBe(true);
    expect([...outcome.missing]).toEqual([uuid]);
    expect(outcome.answers.size).toBe(7);
    expect(lane.stuckCalls).toBe(1);
    expect(troubles.map(({ kind }) => kind)).toEqual(['not-answered']);
    // The watcher's and the lane's: workers that need a connection at the same time share one.
    expect(daemon.connections).toBe(2);
  });

  it('opens nothing after it was closed, not even what was on its way', async () => {
    const { daemon, lane, candidates } = await laneOn({ domains });
    const all = await candidates();
    daemon.delay({ procedure: 'connectOpen', ms: 30 });
    const asked = lane.statistics(all, ['cpu'], patience());
    await lane.close();
    expect(await asked).toMatchObject({ ok: false, answers: new Map() });
    expect(await lane.statistics(all, ['cpu'], patience())).toMatchObject({ ok: false });
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(daemon.connections).toBe(1);
  });

  it('takes a refusal of one domain for an answer missing, and a vanished domain for none', async () => {
    const { daemon, lane, troubles, candidates } = await laneOn({ domains });
    const all = await candidates();
    daemon.fail({ procedure: 'domainGetState', uuid: daemon.domainNamed('a').uuid, code: 1, message: 'broken' });
    daemon.removeDomain(daemon.domainNamed('b').uuid);
    const outcome = await lane.each(
      all,
      (connection, ref, options) => connection.domainState(ref, options),
      patience(),
    );
    expect(outcome.missing.size).toBe(2);
    expect(troubles).toMatchObject([{ kind: 'domain-failed', domain: { name: 'a' } }]);
  });

  it('finds out once a connection which groups the driver has, and asks for no others', async () => {
    const { daemon, lane, candidates } = await laneOn({ domains, statsGroups: ['state', 'iothread'] });
    const outcome = await lane.statistics(await candidates(), ['cpu', 'vcpu'], patience());
    expect(outcome).toEqual({ ok: true, answers: new Map(), missing: new Set() });
    const asked = daemon.calls.filter(({ procedure }) => procedure === 'connectGetAllDomainStats').length;
    await lane.statistics(await candidates(), ['cpu', 'vcpu'], patience());
    expect(daemon.calls.filter(({ procedure }) => procedure === 'connectGetAllDomainStats')).toHaveLength(asked);
  });

  it('says that it failed when its connection does, and works with the next', async () => {
    const { daemon, lane, troubles, candidates } = await laneOn({ domains });
    const all = await candidates();
    daemon.fail({ procedure: 'connectOpen', code: 38, message: 'no more clients' });
    expect(await lane.statistics(all, ['cpu'], patience())).toMatchObject({ ok: false, answers: new Map() });
    expect(troubles).toMatchObject([{ kind: 'failed' }]);
    daemon.release();
    expect((await lane.statistics(all, ['cpu'], patience())).answers.size).toBe(3);
  });
});
