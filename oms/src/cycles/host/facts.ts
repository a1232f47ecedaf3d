import { METRICS } from '@faultline/contracts';
import type { Sample } from '../parse.ts';

/** What a cycle tells of the host beside its VMs (B1, B9-B11). What it does not tell is absent: that is not the same as nothing. */
export interface HostFacts {
  /** The box itself. */
  hardware?: HardwareFact[];
  /** Ways to what is outside of it. */
  external?: ExternalFact[];
  services?: ServiceFact[];
}

/** A part of the box, as a cycle tells of it. */
export interface HardwareFact {
  /** `cpu`, `dimm`, `fan`, ... (exporter's `KINDS`). */
  kind: string;
  /** Its serial number, address or UUID (B15). */
  id: string;
  /** Slot, bay or bus address (B16). */
  location?: string;
  health: 'ok' | 'warning' | 'critical' | 'unknown';
  problems?: HardwareProblem[];
  /** Whether a channel delivered it in this cycle; absent where that is not known. */
  inBand?: boolean;
  outOfBand?: boolean;
}

interface HardwareProblem {
  problem: string;
  severity: 'warning' | 'critical';
  sensor?: string;
}

/** A way to something outside, as a cycle tells of it. Other hosts know the same thing by kind and id where it is `shared` (B18). */
export interface ExternalFact {
  kind: string;
  id: string;
  name: string;
  state: 'up' | 'degraded' | 'down' | 'unknown';
  shared?: boolean;
}

/** A service of the host, as a cycle tells of it; `ok` is absent where it is not known, or nobody wants it. */
export interface ServiceFact {
  service: string;
  role?: string;
  ok?: boolean;
}

const HEALTHS = ['ok', 'warning', 'critical', 'unknown'] as const;
const PATH_STATES = ['up', 'degraded', 'down', 'unknown'] as const;
/** A host has some hundred parts; more than these are not a box. */
const MAX_FACTS = 5000;

/** What the samples of one cycle tell of its host; undefined where that is nothing. */
export function hostFactsFrom(samples: readonly Sample[]): HostFacts | undefined {
  const hardware = new Map<string, HardwareFact>();
  const external = new Map<string, ExternalFact>();
  const services = new Map<string, ServiceFact>();
  for (const sample of samples) {
    noteHardware(hardware, sample);
    noteExternal(external, sample);
    noteService(services, sample);
  }
  if (hardware.size + external.size + services.size === 0) return undefined;
  return {
    ...(hardware.size > 0 && { hardware: [...hardware.values()] }),
    ...(external.size > 0 && { external: [...external.values()] }),
    ...(services.size > 0 && { services: [...services.values()] }),
  };
}

/** What is noted under a key, begun where it is new; undefined where there are too many. */
function noted<T>(facts: Map<string, T>, key: readonly string[], begin: () => T): T | undefined {
  const text = JSON.stringify(key);
  const known = facts.get(text);
  if (known !== undefined || facts.size >= MAX_FACTS) return known;
  const begun = begin();
  facts.set(text, begun);
  return begun;
}

function noteHardware(facts: Map<string, HardwareFact>, { name, labels, value }: Sample): void {
  if (!HARDWARE_METRICS.has(name)) return;
  const [kind, id] = [labels.get('kind'), labels.get('id')];
  if (kind === undefined || id === undefined) return;
  const fact = noted<HardwareFact>(facts, [kind, id], () => ({ kind, id, health: 'unknown' }));
  if (fact === undefined) return;
  switch (name) {
    case METRICS.hardwareItemInfo: {
      const location = labels.get('location');
      if (location !== undefined && location !== '') fact.location = location;
      return;
    }
    case METRICS.hardwareItemHealth: {
      const health = HEALTHS.find((it) => it === labels.get('health'));
      if (value === 1 && health !== undefined) fact.health = health;
      return;
    }
    case METRICS.hardwareItemProblem: {
      const problem = labels.get('problem');
      const sensor = labels.get('sensor');
      const severity = labels.get('severity') === 'critical' ? 'critical' : 'warning';
      if (value !== 1 || problem === undefined) return;
      fact.problems = [...(fact.problems ?? []), { problem, severity, ...(sensor !== undefined && { sensor }) }];
      return;
    }
    case METRICS.hardwareItemChannel:
      if (labels.get('channel') === 'in-band') fact.inBand = value === 1;
      if (labels.get('channel') === 'out-of-band') fact.outOfBand = value === 1;
  }
}

const HARDWARE_METRICS: ReadonlySet<string> = new Set([
  METRICS.hardwareItemInfo,
  METRICS.hardwareItemHealth,
  METRICS.hardwareItemProblem,
  METRICS.hardwareItemChannel,
]);

function noteExternal(facts: Map<string, ExternalFact>, { name, labels, value }: Sample): void {
  if (name !== METRICS.externalPathState && name !== METRICS.externalPathInfo) return;
  const [kind, id, called] = [labels.get('kind'), labels.get('id'), labels.get('name')];
  if (kind === undefined || id === undefined || called === undefined) return;
  const fact = noted<ExternalFact>(facts, [kind, id, called], () => ({ kind, id, name: called, state: 'unknown' }));
  if (fact === undefined || value !== 1) return;
  if (name === METRICS.externalPathInfo) fact.shared = labels.get('shared') === 'true';
  else fact.state = PATH_STATES.find((it) => it === labels.get('state')) ?? 'unknown';
}

function noteService(facts: Map<string, ServiceFact>, { name, labels, value }: Sample): void {
  if (name !== METRICS.serviceOk && name !== METRICS.serviceInfo) return;
  const service = labels.get('service');
  const fact = service === undefined ? undefined : noted<ServiceFact>(facts, [service], () => ({ service }));
  if (fact === undefined) return;
  const role = labels.get('role');
  if (name === METRICS.serviceOk) fact.ok = value === 1;
  else if (role !== undefined && role !== '') fact.role = role;
}
