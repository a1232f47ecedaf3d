import { mapLimited } from '../cycle/map-limited.ts';
import type { ListedUnit, SystemdBus } from './bus.ts';
import type { WantedService } from './catalogue.ts';
import type { ServiceReading } from './service.ts';
import { judgeUnit, type UnitFacts } from './units.ts';

/** Questions to systemd that are under way at once. */
const QUESTIONS_AT_ONCE = 16;

/**
 * The services as systemd has them.
 *
 * @throws BusError when it could not be asked
 */
export async function readUnits(
  bus: SystemdBus,
  wanted: readonly WantedService[],
  signal: AbortSignal,
): Promise<ServiceReading[]> {
  const listed = await bus.listUnits(
    wanted.map(({ name }) => `${name}.service`),
    signal,
  );
  const pairs = wanted.flatMap((service, index) => {
    const unit = listed[index];
    return unit === undefined ? [] : [{ service, unit }];
  });
  const facts = await mapLimited(pairs, QUESTIONS_AT_ONCE, ({ unit }) => factsOf(bus, unit, signal));
  const triggers = await triggerStates(
    bus,
    facts.flatMap(({ triggeredBy }) => triggeredBy),
    signal,
  );
  return pairs.flatMap(({ service, unit }, index) => {
    const { triggeredBy = [], ...known } = facts[index] ?? {};
    const reading = judgeUnit(service, {
      ...unit,
      ...known,
      triggers: triggeredBy.map((name) => triggers.get(name) ?? ''),
    });
    return reading === null ? [] : [reading];
  });
}

type Details = Omit<UnitFacts, 'loadState' | 'activeState' | 'subState' | 'triggers'> & { triggeredBy: string[] };

/** What the list does not say. Of a unit that is not there, nothing is asked; of one that runs, only what concerns its run. */
async function factsOf(bus: SystemdBus, unit: ListedUnit, signal: AbortSignal): Promise<Details> {
  const { path, loadState, activeState } = unit;
  if (loadState === 'not-found') return { triggeredBy: [] };
  const ofUnit = (name: string): Promise<unknown> => bus.property(path, 'Unit', name, signal);
  const ofService = (name: string): Promise<unknown> => bus.property(path, 'Service', name, signal);
  const isInactive = activeState === 'inactive';
  const [restarts, result, mainPid, activeEnter, unitFileState, conditionResult, triggeredBy] = await Promise.all([
    ofService('NRestarts'),
    ofService('Result'),
    ofService('MainPID'),
    ofUnit('ActiveEnterTimestamp'),
    ...(isInactive ? [ofUnit('UnitFileState'), ofUnit('ConditionResult'), ofUnit('TriggeredBy')] : []),
  ]);
  return {
    restarts: numberOf(restarts),
    result: textOf(result),
    mainPid: numberOf(mainPid),
    activeEnter: typeof activeEnter === 'bigint' ? activeEnter : undefined,
    unitFileState: textOf(unitFileState),
    conditionResult: typeof conditionResult === 'boolean' ? conditionResult : undefined,
    triggeredBy: Array.isArray(triggeredBy) ? triggeredBy.filter((name) => typeof name === 'string') : [],
  };
}

async function triggerStates(
  bus: SystemdBus,
  names: readonly string[],
  signal: AbortSignal,
): Promise<Map<string, string>> {
  const different = [...new Set(names)];
  if (different.length === 0) return new Map();
  const listed = await bus.listUnits(different, signal);
  return new Map(different.map((name, index) => [name, listed[index]?.activeState ?? '']));
}

const numberOf = (value: unknown): number | undefined => (typeof value === 'number' ? value : undefined);
const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
