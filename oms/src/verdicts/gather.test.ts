import type { GuestProbeReport, HostReport, Operation, RawState, Verdict } from '@faultline/contracts';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import type { FastifyInstance } from 'fastify';
import type { OmsContext } from '../context.ts';
import { ingestCycle, type Cycle } from '../cycles/index.ts';
import { storeOperation } from '../operations/index.ts';
import { ingestReports } from '../reports/index.ts';
import { createServer } from '../server.ts';
import { testConfig, testContext } from '../testing/context.ts';
import { onEachEngine } from '../testing/engines.ts';

const VM = { uuid: '11111111-1111-4111-8111-111111111111', name: 'web' };
const T = 1_700_000_000_000;
const RUNNING: RawState = { state: 'running', reason: 'booted' };
const CRASHED: RawState = { state: 'shutoff', reason: 'crashed' };
const WELL = { hardware: [{ kind: 'cpu', id: 'c0', health: 'ok' as const }] };
const HOT = {
  hardware: [
    {
      ...{ kind: 'cpu', id: 'c0', health: 'critical' as const },
      problems: [{ problem: 'temperature-above-limit', severity: 'critical' as const }],
    },
  ],
};

onEachEngine('whose fault it was, from the records', (engine) => {
  let context: OmsContext;
  let app: FastifyInstance;
  let number: number;
  beforeEach(async () => {
    number = 0;
    context = await testContext({ config: testConfig(), now: () => T + 3_600_000, db: await engine.open() });
    app = await createServer(context);
  });
  afterEach(async () => {
    await app.close();
    await context.db.destroy();
  });

  type Domain = Partial<Cycle['domains'][number]> & { io?: number; cpuSeconds?: number };
  /** A cycle, so many seconds after T. */
  async function cycle(after: number, raw: RawState, more: Partial<Cycle> & { domain?: Domain } = {}): Promise<void> {
    const { domain: { io, cpuSeconds = after, ...domain } = {}, ...others } = more;
    const at = T + after * 1000;
    const counters = { at, vcpus: 1, cpuTimeSeconds: cpuSeconds, ...(io !== undefined && { io }) };
    const cpu = raw.state === 'running' ? counters : null;
    number += 1;
    const told: Cycle = {
      host: 'hA',
      number,
      at,
      up: true,
      facts: WELL,
      domains: [{ vm: VM, raw, cpu, ...domain }],
      ...others,
    };
    await ingestCycle(context.db, told, context.config);
  }
  const report = (...reports: HostReport[]) =>
    ingestReports(context.db, { host: 'hA', reports }, { ...context.config, received: T });
  const event = (after: number, detail: string, observed: RawState | null = null): HostReport => ({
    ...{ type: 'domain-event', id: `e${after}${detail}`, at: T + after * 1000, vm: VM },
    ...{ event: 'lifecycle', detail, observed },
  });
  const operation = (more: Partial<Operation>): Promise<unknown> =>
    context.db.transaction().execute((trx) =>
      storeOperation(trx, {
        ...{ id: 'op-1', vm: VM, kind: 'stop', initiator: 'ana', source: 'faultline', result: 'ok', hops: [] },
        ...{ started: T + 29_000, ended: T + 30_500 },
        ...more,
      }),
    );
  const probe = (after: number, more: Partial<GuestProbeReport>): GuestProbeReport => {
    const ping = { address: '192.0.2.1', result: 'ok' as const, exitCode: 0, text: '' };
    return {
      ...{ type: 'guest-probe', id: `p${after}`, vm: VM, at: T + after * 1000, durationMs: 10, agent: 'answering' },
      ...{ agentText: '', os: 'linux', external: ping, nics: [], verdict: 'ok', suppressed: null, readOnly: [] },
      ...more,
    };
  };
  async function diagnosis(after: number): Promise<Verdict> {
    const answer = await app.inject(`/api/v1/vms/${VM.uuid}/diagnosis?at=${T + after * 1000}`);
    expect(answer.statusCode).toBe(200);
    return answer.json<Verdict>();
  }
  const found = ({ evidence }: Verdict, channel: string) => evidence.find((each) => each.channel === channel);

  it('a panic on a host that is well in the same cycle: restart it there (B4, B12)', async () => {
    await cycle(0, RUNNING);
    await cycle(15, RUNNING);
    await report(event(29, 'crashed (panicked)', CRASHED), event(30, 'stopped (crashed)', CRASHED));
    const atOnce = await diagnosis(31);
    expect(atOnce).toMatchObject({ rule: 'panic-host-not-known', fault: 'guest', recommended: 'wait' });
    expect(found(atOnce, 'host')).toMatchObject({ value: 'unknown', finding: 'not-told-yet' });
    await cycle(45, CRASHED);
    const verdict = await diagnosis(46);
    expect(verdict).toMatchObject({
      ...{ vm: VM, host: 'hA', at: T + 46_000, fault: 'guest', rule: 'panic', recommended: 'restart-in-place' },
      ...{ confidence: 0.95, cycle: { number: 3, at: T + 45_000 } },
    });
    expect(found(verdict, 'host')).toMatchObject({
      value: 'up',
      text: 'cycle 3: nothing of the box is bad',
      speaks: 'for',
    });
  });

  it.each<[string, (typeof HOT)[], string, string]>([
    ['before the crash’s cycle', [HOT, WELL, WELL] as (typeof HOT)[], 'vm', 'restart-in-place'],
    ['in it', [WELL, HOT, WELL] as (typeof HOT)[], 'host', 'move-to-another-host'],
    ['after it', [WELL, WELL, HOT] as (typeof HOT)[], 'vm', 'restart-in-place'],
  ])('a temperature over its limit %s is judged by that cycle alone', async (_when, facts, fault, recommended) => {
    await cycle(0, RUNNING, { facts: facts[0] ?? WELL });
    await report(event(10, 'stopped (failed)', CRASHED));
    await cycle(15, CRASHED, { facts: facts[1] ?? WELL });
    await cycle(30, CRASHED, { facts: facts[2] ?? WELL });
    // Between the cycles, as it was known then.
    expect(await diagnosis(20)).toMatchObject({ fault, recommended, cycle: { number: 2 } });
  });

  it('what somebody did is meant, what the guest did is from inside, and what runs yet is under way (F2)', async () => {
    await cycle(0, RUNNING);
    await operation({});
    await cycle(30, { state: 'shutoff', reason: 'shutdown' });
    expect(await diagnosis(30)).toMatchObject({ rule: 'under-way' });
    expect(await diagnosis(31)).toMatchObject({ fault: 'operator-intent', rule: 'meant', recommended: 'nothing' });
    expect(found(await diagnosis(31), 'intent')).toMatchObject({ text: 'stop by ana', value: 'up' });
  });

  it('a shutdown from inside is no fault', async () => {
    await cycle(0, RUNNING);
    await operation({ initiator: 'guest', source: 'libvirt', ended: T + 29_500 });
    await cycle(30, { state: 'shutoff', reason: 'shutdown' });
    expect(await diagnosis(31)).toMatchObject({ fault: 'operator-intent', rule: 'stopped-from-inside' });
  });

  it('an operation of long ago explains nothing, nor does one that failed', async () => {
    await cycle(0, RUNNING);
    await operation({ id: 'old', started: T - 100_000, ended: T - 99_000 });
    await operation({ id: 'failed', result: 'failed', cause: 'no' });
    await cycle(30, CRASHED);
    expect(await diagnosis(32)).toMatchObject({ rule: 'process-gone', fault: 'vm' });
  });

  it('silence of the host is nobody’s fault, and never acts (C3)', async () => {
    await cycle(0, RUNNING);
    const verdict = await diagnosis(120);
    expect(verdict).toMatchObject({ rule: 'nobody-tells', fault: 'undetermined', recommended: 'wait', cycle: null });
    expect(found(verdict, 'path')).toMatchObject({ value: 'down', text: 'hA is not heard: cycle 1 was the last' });
    expect(found(verdict, 'domain')).toMatchObject({ value: 'unknown' });
  });

  it('a libvirtd that does not answer is a fault of what watches', async () => {
    await cycle(0, RUNNING);
    const facts = { services: [{ service: 'libvirtd.service', role: 'hypervisor', ok: false }] };
    await cycle(15, RUNNING, { up: false, domains: [], facts });
    expect(await diagnosis(16)).toMatchObject({ rule: 'libvirt-unreachable', fault: 'monitor', confidence: 0.85 });
  });

  it('a QEMU that does not answer is frozen where its guest stands still, and well where it works', async () => {
    const control = { state: 'occupied', forMs: 60_000 } as const;
    await cycle(0, RUNNING, { domain: { io: 100, cpuSeconds: 1 } });
    await cycle(15, RUNNING, { domain: { io: 100, cpuSeconds: 1, control } });
    expect(await diagnosis(16)).toMatchObject({ rule: 'frozen', fault: 'vm' });
    await cycle(30, RUNNING, { domain: { io: 150, cpuSeconds: 2, control } });
    expect(await diagnosis(31)).toMatchObject({ rule: 'control-stuck', fault: 'monitor' });
    // A busy host makes a call take some seconds.
    await cycle(45, RUNNING, { domain: { io: 150, cpuSeconds: 2, control: { state: 'occupied', forMs: 2000 } } });
    expect(await diagnosis(46)).toMatchObject({ rule: 'well' });
  });

  it('counters that went back say nothing of the guest', async () => {
    await cycle(0, RUNNING, { domain: { io: 100, cpuSeconds: 10 } });
    await cycle(15, RUNNING, { domain: { io: 5, cpuSeconds: 1 } });
    expect(found(await diagnosis(16), 'guest-io')).toMatchObject({ value: 'unknown' });
  });

  it.each<[string, Partial<GuestProbeReport>, number, string, string]>([
    ['a gateway is lost', { verdict: 'gateway-abnormal' }, 150, 'gateway-lost', 'communication'],
    ['only the outside is lost', { verdict: 'external-abnormal' }, 150, 'external-lost', 'communication'],
    ['a file system is read-only', { readOnly: ['/data'] }, 150, 'read-only', 'guest'],
    [
      'the agent is silent, the guest works',
      { agent: 'silent', verdict: 'agent-unavailable' },
      150,
      'agent-lost',
      'monitor',
    ],
    ['agent and guest are still', { agent: 'silent', verdict: 'agent-unavailable' }, 100, 'guest-hung', 'guest'],
    [
      'a snapshot explains the silence',
      { agent: 'silent', verdict: 'unknown', suppressed: { reason: 'snapshot', since: T } },
      100,
      'well',
      'none',
    ],
  ])('a running guest of which %s', async (_what, told, io, rule, fault) => {
    await cycle(0, RUNNING, { domain: { io: 100 } });
    await report(probe(14, told));
    await cycle(15, RUNNING, { domain: { io } });
    expect(await diagnosis(16)).toMatchObject({ rule, fault });
  });

  it('a look into the guest of long ago is not held against it', async () => {
    await cycle(0, RUNNING, { domain: { io: 1 } });
    await report(probe(1, { verdict: 'gateway-abnormal' }));
    await cycle(200, RUNNING, { domain: { io: 2 } });
    expect(found(await diagnosis(201), 'guest-network')).toMatchObject({ value: 'unknown', finding: 'not-told' });
  });

  it('a VM that nobody knows, and a time that is none, are refused', async () => {
    const of = (path: string) =>
      app.inject(`/api/v1/vms/${path}`).then((answer) => answer.json<{ code: string }>().code);
    expect(await of(`${VM.uuid}/diagnosis`)).toBe('vm-unknown');
    expect(await of('web/diagnosis')).toBe('invalid');
    expect(await of(`${VM.uuid}/diagnosis?at=yesterday`)).toBe('invalid');
    expect(await of(`${VM.uuid}/diagnosis?when=1`)).toBe('invalid');
  });

  it('of a moment that is yet to come, it is said of now', async () => {
    await cycle(0, RUNNING);
    expect((await diagnosis(99_999)).at).toBe(T + 3_600_000);
  });
});
