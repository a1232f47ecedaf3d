import { METRICS, Name, RawState, VmUuid, type VmRef } from '@faultline/contracts';
import { Value } from 'typebox/value';
import { hostFactsFrom, type HostFacts } from './host/facts.ts';
import type { Sample } from './parse.ts';

/** One collection cycle of a host, as one scrape carries it (decision 3). */
export interface Cycle {
  host: string;
  number: number;
  /** When the states were read, ms. */
  at: number;
  /** Whether the cycle reached libvirtd; where it did not, it says nothing of any VM. */
  up: boolean;
  /** The host itself in this very cycle (B2, B4); absent where it tells nothing of it. */
  facts?: HostFacts;
  domains: CycleDomain[];
}

/** One VM in a cycle. What the cycle does not tell is null: a VM that does not answer loses its statistics, never its state. */
interface CycleDomain {
  vm: VmRef;
  raw: RawState | null;
  cpu: CpuSample | null;
  /** libvirtd's way into QEMU, where that is not free; absent where it is, or nothing is told of it. */
  control?: ControlTrouble;
  /** Whose the VM is, and where it is reached; absent where the cycle tells nothing of it. */
  described?: DomainDescription;
}

/** Texts as the host gives them; an address may be none. */
interface DomainDescription {
  owner?: string;
  project?: string;
  /** IP and MAC addresses. */
  addresses: string[];
}

/** A VM's counters at the moment they were read, which may be in an earlier cycle. */
interface CpuSample {
  at: number;
  vcpus: number;
  cpuTimeSeconds: number;
  /** Requests to its disks and packets that it sent, so far; absent where they are not told. */
  io?: number;
}

/** `occupied`: a call waits for QEMU's answer; `job`: somebody works on the domain; `error`: the way is broken. */
export interface ControlTrouble {
  state: 'job' | 'occupied' | 'error';
  /** For how long already. */
  forMs: number;
}

/** Thrown for metrics that are in the right format but tell of no cycle; `code` says what is missing. */
export class CycleError extends Error {
  override readonly name = 'CycleError';
  readonly code: 'no-host' | 'no-cycle';
  constructor(code: 'no-host' | 'no-cycle', message: string) {
    super(message);
    this.code = code;
  }
}

/** The metrics that a cycle is made of. */
export const CYCLE_METRICS: ReadonlySet<string> = new Set(Object.values(METRICS));

const MAX_SECONDS = 8_640_000_000_000;

/**
 * The cycle that a scrape carries.
 *
 * @throws CycleError when the samples do not say of which host, or of which cycle, they are
 */
export function cycleFromSamples(samples: Sample[]): Cycle {
  const one = (name: string): Sample | undefined => samples.find((sample) => sample.name === name);
  const host = one(METRICS.hostInfo)?.labels.get('host');
  if (!Value.Check(Name, host)) throw new CycleError('no-host', `${METRICS.hostInfo} does not name the host`);
  const number = one(METRICS.cycleNumber)?.value;
  const seconds = one(METRICS.cycleTimestamp)?.value;
  if (number === undefined || !Number.isSafeInteger(number) || number < 0 || !isTime(seconds)) {
    throw new CycleError('no-cycle', `${METRICS.cycleNumber} and ${METRICS.cycleTimestamp} do not tell of a cycle yet`);
  }
  const up = one(METRICS.up)?.value === 1;
  const facts = hostFactsFrom(samples);
  return {
    ...{ host, number, at: Math.round(seconds * 1000), up },
    ...(facts && { facts }),
    domains: up ? domainsFrom(samples) : [],
  };
}

type Label = string | undefined;

/** What the samples of one domain say. */
interface Facts {
  vm: VmRef;
  raw?: RawState;
  vcpus?: number;
  cpuTimeSeconds?: number;
  statsAtSeconds?: number;
  io?: number;
  controlState?: ControlTrouble['state'];
  controlSeconds?: number;
  described?: DomainDescription;
}

function domainsFrom(samples: Sample[]): CycleDomain[] {
  const facts = new Map<string, Facts>();
  for (const sample of samples) {
    const vm = { uuid: sample.labels.get('uuid'), name: sample.labels.get('domain') };
    if (!Value.Check(VmUuid, vm.uuid) || !Value.Check(Name, vm.name)) continue;
    const known = facts.get(vm.uuid) ?? { vm: { uuid: vm.uuid, name: vm.name } };
    facts.set(vm.uuid, known);
    note(known, sample);
  }
  return [...facts.values()].map((known) => ({
    vm: known.vm,
    raw: known.raw ?? null,
    cpu: cpuOf(known),
    ...controlOf(known),
    ...(known.described && { described: known.described }),
  }));
}

function note(facts: Facts, { name, labels, value }: Sample): void {
  switch (name) {
    case METRICS.domainStateReason: {
      const raw = { state: labels.get('state'), reason: labels.get('reason') };
      if (value === 1 && isRawState(raw)) facts.raw = raw;
      return;
    }
    case METRICS.domainVirtualCpus:
      facts.vcpus = value;
      return;
    case METRICS.domainCpuTime:
      facts.cpuTimeSeconds = value;
      return;
    case METRICS.domainStatsTimestamp:
      facts.statsAtSeconds = value;
      return;
    case METRICS.domainReadRequests:
    case METRICS.domainWriteRequests:
    case METRICS.domainSentPackets:
      if (Number.isFinite(value) && value >= 0) facts.io = (facts.io ?? 0) + value;
      return;
    case METRICS.domainControlState: {
      const state = CONTROL_TROUBLES.find((it) => it === labels.get('state'));
      if (value === 1 && state !== undefined) facts.controlState = state;
      return;
    }
    case METRICS.domainControlSeconds:
      facts.controlSeconds = value;
      return;
    case METRICS.domainOpenstackInfo:
      describe(facts, { owner: labels.get('user_name'), project: labels.get('project_name') });
      return;
    case METRICS.domainInterfaceInfo:
      describe(facts, { addresses: [labels.get('mac_address')] });
      return;
    case METRICS.guestNicInfo:
      describe(facts, { addresses: [labels.get('mac'), labels.get('ip')] });
  }
}

/** An empty label is one that the metric does not have. */
function describe(
  facts: Facts,
  { owner, project, addresses = [] }: { owner?: Label; project?: Label; addresses?: Label[] },
): void {
  const known = facts.described ?? { addresses: [] };
  facts.described = {
    ...known,
    ...(Value.Check(Name, owner) && { owner }),
    ...(Value.Check(Name, project) && { project }),
    addresses: [...known.addresses, ...addresses.filter((it) => it !== undefined && it !== '')] as string[],
  };
}

const CONTROL_TROUBLES = ['job', 'occupied', 'error'] as const;

function controlOf({ controlState: state, controlSeconds: seconds = 0 }: Facts): { control?: ControlTrouble } {
  if (state === undefined) return {};
  const isDuration = seconds > 0 && seconds <= MAX_SECONDS;
  return { control: { state, forMs: isDuration ? Math.round(seconds * 1000) : 0 } };
}

function cpuOf({ vcpus, cpuTimeSeconds, statsAtSeconds, io }: Facts): CpuSample | null {
  if (vcpus === undefined || cpuTimeSeconds === undefined || !isTime(statsAtSeconds)) return null;
  if (!Number.isInteger(vcpus) || vcpus < 1 || !Number.isFinite(cpuTimeSeconds) || cpuTimeSeconds < 0) return null;
  const counters = { vcpus, cpuTimeSeconds, ...(io !== undefined && { io }) };
  return { at: Math.round(statsAtSeconds * 1000), ...counters };
}

const isRawState = (value: unknown): value is RawState => Value.Check(RawState, value);
const isTime = (seconds: number | undefined): seconds is number =>
  seconds !== undefined && seconds > 0 && seconds <= MAX_SECONDS;
