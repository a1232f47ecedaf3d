import type { GuestProbeReport, HostFinding, Vm } from '@faultline/contracts';
import { guestProbesInRange } from '../connectivity/index.ts';
import { activityIn, controlTroubleIn, lastCycleOf, type StoredCycle } from '../cycles/index.ts';
import type { OmsDatabase } from '../database/index.ts';
import { changesOfVm } from '../observed/index.ts';
import { operationsAround, type OperationSummary } from '../operations/index.ts';
import { stateBar, type Segment } from '../states/index.ts';
import type { Found, Findings } from './findings.ts';
import { domainFinding } from './domain.ts';

/** What the evidence is read with. */
export interface GatherOptions {
  /** The moment that is judged, ms: nothing that was known later counts. */
  at: number;
  staleAfterMs: number;
  transientLimitMs: number;
}

/** A look into a guest holds until the third one after it would have been. */
const PROBE_HOLDS_MS = 180_000;
/** How far back counters are compared. */
const ACTIVITY_MS = 180_000;
/** A call to QEMU takes some seconds when a host is busy; one that takes longer than this is stuck. */
const STUCK_AFTER_MS = 10_000;
/** Hosts' clocks differ, and libvirt tells of a change a little before or after it was recorded. */
const TOLERANCE_MS = 10_000;

const NOT_TOLD = (text: string): { finding: 'not-told'; text: string; at: null } => ({
  finding: 'not-told',
  text,
  at: null,
});

/** All that was known of a VM at a moment, from the records. */
export async function gather(
  db: OmsDatabase,
  vm: Vm,
  options: GatherOptions,
): Promise<{ host: string; findings: Findings; cycle: StoredCycle | null }> {
  const { at, staleAfterMs } = options;
  const bar = await stateBar(db, vm.uuid, { from: at - staleAfterMs, to: at }, { ...options, now: at });
  const state = bar.findLast(({ open }) => open) ?? null;
  const host = state?.host ?? vm.host;
  const last = await lastCycleOf(db, host, at);
  const cycle = last !== undefined && at - last.at <= staleAfterMs ? last : null;
  const [probe] = (await guestProbesInRange(db, vm.uuid, { from: at - PROBE_HOLDS_MS, to: at }, 1)).filter(
    (one) => state === null || one.at >= state.from - TOLERANCE_MS,
  );
  const began = state?.from ?? at;
  const operations = await operationsAround(db, vm.uuid, { from: began - TOLERANCE_MS, to: at });
  const changes = await changesOfVm(db, vm.uuid, { from: began - TOLERANCE_MS, to: at });
  const panicked = changes.some(
    ({ detail, at: told }) => detail.startsWith('crashed (') && told <= began + TOLERANCE_MS,
  );
  const control = cycle === null ? undefined : await controlTroubleIn(db, vm.uuid, { host, at: cycle.at });
  const activity = await activityIn(db, vm.uuid, { from: at - ACTIVITY_MS, to: at });
  const runs = state?.raw.state === 'running' || state?.raw.state === 'blocked';
  const findings: Findings = {
    path: pathOf(host, cycle, last),
    libvirt: libvirtOf(cycle),
    domain: domainFinding(state, { panicked }),
    intent: intentOf(operations, state, at),
    control: controlOf(control, cycle, runs),
    'guest-agent': agentOf(runs ? probe : undefined),
    'guest-io': ioOf(runs ? activity : undefined),
    'guest-network': networkOf(runs ? probe : undefined),
    'guest-filesystem': fileSystemOf(runs ? probe : undefined),
    host: hostOf(cycle, state),
    external: partOf(cycle, 'external', 'path-lost', ({ finding }) => finding === 'down'),
    services: partOf(cycle, 'service', 'not-active', () => true),
  };
  return { host, findings, cycle };
}

function pathOf(host: string, cycle: StoredCycle | null, last: StoredCycle | undefined): Found<'path'> {
  if (cycle !== null) return { finding: 'answers', text: `cycle ${cycle.number} of ${host}`, at: cycle.at };
  const since = last === undefined ? 'no cycle ever came' : `cycle ${last.number} was the last`;
  return { finding: 'silent', text: `${host} is not heard: ${since}`, at: last?.at ?? null };
}

function libvirtOf(cycle: StoredCycle | null): Found<'libvirt'> {
  if (cycle === null) return NOT_TOLD('the host is not heard');
  return cycle.reached
    ? { finding: 'answers', text: 'the cycle reached libvirtd', at: cycle.at }
    : { finding: 'unreachable', text: 'the exporter does not reach libvirtd', at: cycle.at };
}

/** What somebody did to the VM around the beginning of its state, or is doing. */
function intentOf(operations: readonly OperationSummary[], state: Segment | null, at: number): Found<'intent'> {
  // What ended later was under way then.
  const running = operations.findLast(({ result, ended = 0 }) => result === 'running' || ended > at);
  if (running !== undefined) {
    return { finding: 'under-way', text: `${running.kind} by ${running.initiator}`, at: running.started };
  }
  const began = state?.from ?? at;
  const done = operations.findLast(
    ({ kind, result, started, ended }) =>
      result === 'ok' &&
      (kind === 'stop' || kind === 'suspend' || kind === 'migrate') &&
      started <= began + TOLERANCE_MS &&
      (ended ?? started) >= began - TOLERANCE_MS,
  );
  if (done === undefined) return { finding: 'nobody', text: 'no known operation explains the state', at: null };
  const finding = done.initiator === 'guest' ? 'by-guest' : 'meant';
  return { finding, text: `${done.kind} by ${done.initiator}`, at: done.ended ?? done.started };
}

function controlOf(
  trouble: Awaited<ReturnType<typeof controlTroubleIn>>,
  cycle: StoredCycle | null,
  runs: boolean,
): Found<'control'> {
  if (cycle === null || !cycle.reached || !runs) return NOT_TOLD('nothing is told of it');
  const { at } = cycle;
  if (trouble?.state === 'error') return { finding: 'broken', text: 'libvirt has no way into QEMU', at };
  if (trouble?.state === 'occupied' && trouble.forMs >= STUCK_AFTER_MS) {
    return { finding: 'stuck', text: `QEMU has not answered for ${Math.round(trouble.forMs / 1000)} s`, at };
  }
  return { finding: 'free', text: 'QEMU answers libvirt', at };
}

function agentOf(probe: GuestProbeReport | undefined): Found<'guest-agent'> {
  if (probe === undefined) return NOT_TOLD('nobody looked into the guest lately');
  const { agent, agentText, suppressed, at } = probe;
  if (suppressed !== null)
    return { finding: 'suppressed', text: `its silence is explained by ${suppressed.reason}`, at };
  if (agent === 'answering') return { finding: 'answers', text: 'the guest agent answers', at };
  if (agent === 'silent' || agent === 'disconnected') {
    return { finding: 'silent', text: `the guest agent does not answer (${agent})`, at };
  }
  return { finding: 'not-told', text: agentText === '' ? agent : agentText, at };
}

function ioOf(activity: Awaited<ReturnType<typeof activityIn>>): Found<'guest-io'> {
  if (activity === undefined) return NOT_TOLD('there are no two readings to compare');
  const { requests, cpuPercent, from, to } = activity;
  const seconds = Math.round((to - from) / 1000);
  const text = `${requests} requests and packets, ${cpuPercent.toFixed(1)} % CPU in ${seconds} s`;
  return { finding: requests > 0 ? 'moving' : 'still', text, at: to };
}

function networkOf(probe: GuestProbeReport | undefined): Found<'guest-network'> {
  if (probe === undefined) return NOT_TOLD('nobody looked into the guest lately');
  const { verdict, at } = probe;
  if (verdict === 'ok') return { finding: 'ok', text: 'the guest reaches its gateways and the outside', at };
  if (verdict === 'gateway-abnormal' || verdict === 'both-abnormal') {
    return { finding: 'gateway-lost', text: 'the guest does not reach a gateway', at };
  }
  if (verdict === 'external-abnormal') {
    return {
      finding: 'external-lost',
      text: `the guest does not reach ${probe.external.address ?? 'the outside'}`,
      at,
    };
  }
  return { finding: 'not-told', text: `the look into the guest says ${verdict}`, at };
}

function fileSystemOf(probe: GuestProbeReport | undefined): Found<'guest-filesystem'> {
  if (probe === undefined || probe.agent !== 'answering') return NOT_TOLD('nobody looked into the guest lately');
  const { readOnly, at } = probe;
  if (readOnly.length > 0) return { finding: 'read-only', text: `read-only: ${readOnly.join(', ')}`, at };
  return { finding: 'writable', text: 'no file system has gone read-only', at };
}

/** Only a cycle that knows the state that is judged counts: one from before it is another cycle (B4). */
function hostOf(cycle: StoredCycle | null, state: Segment | null): Found<'host'> {
  if (cycle?.judgement == null) return NOT_TOLD('there is no cycle that judges the host');
  const { number, at, judgement } = cycle;
  if (state !== null && at < state.from) {
    return { finding: 'not-told-yet', text: `cycle ${number} is from before this state`, at };
  }
  const deciding = judgement.findings.filter(({ decides }) => decides).map(textOf);
  if (judgement.state === 'abnormal')
    return { finding: 'abnormal', text: `cycle ${number}: ${deciding.join(', ')}`, at };
  if (judgement.state === 'normal')
    return { finding: 'normal', text: `cycle ${number}: nothing of the box is bad`, at };
  return { finding: 'nothing-known', text: `cycle ${number} knows nothing of the box`, at };
}

const textOf = ({ kind, id, finding }: HostFinding): string => `${kind} ${id} ${finding}`.trim();

function partOf<Bad extends string>(
  cycle: StoredCycle | null,
  part: HostFinding['part'],
  bad: Bad,
  isBad: (finding: HostFinding) => boolean,
): { finding: Bad | 'nothing-found'; text: string; at: number | null } {
  const found = cycle?.judgement?.findings.filter((each) => each.part === part && isBad(each)) ?? [];
  if (found.length === 0) return { finding: 'nothing-found', text: 'nothing bad is known', at: cycle?.at ?? null };
  return { finding: bad, text: found.map(textOf).join(', '), at: cycle?.at ?? null };
}
