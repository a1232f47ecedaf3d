import type { Alarm, Vm } from '@faultline/contracts';
import type { Segment } from '../states/index.ts';

/** What can be the matter with an important VM. The OMS never says that a VM failed because nobody sees it (F3). */
const CONDITIONS = {
  abnormal: { name: 'Important VM is abnormal', category: 'processing', level: 'critical' },
  unobserved: { name: 'Important VM is not seen', category: 'communications', level: 'major' },
} as const satisfies Record<string, Pick<Alarm, 'name' | 'category' | 'level'>>;
export type Condition = keyof typeof CONDITIONS;

/** The key under which a condition of a VM is raised. */
export const keyOf = (condition: Condition, uuid: string): string => `important-${condition}/${uuid}`;

/** Everything that the judgement of one VM is made of. */
export interface Watched {
  vm: Vm;
  /** Whether an operator calls it important; of one that no longer is, open alarms are cleared. */
  isImportant: boolean;
  /** What is drawn of it now; null where nothing is known now. */
  state: Segment | null;
  /** Its alarms of ours that are raised now. */
  open: Partial<Record<Condition, Alarm>>;
}

/**
 * What is to be raised or cleared of an important VM, which is watched without a fault report (A5).
 *
 * `abnormal` is raised when the VM is drawn abnormal, as of when that began, and cleared when it is drawn otherwise: what is not
 * known clears nothing. `unobserved` is raised when nothing was heard of the VM for longer than after which nothing is claimed,
 * and cleared when it is seen.
 *
 * @param since when the OMS began to watch: of silence before it, the OMS itself may be the reason
 */
export function judge(
  { vm, isImportant, state, open }: Watched,
  { now, since, staleAfterMs }: { now: number; since: number; staleAfterMs: number },
): Alarm[] {
  if (!isImportant) return Object.values(open).map((alarm) => over(alarm, now));
  const alarms: Alarm[] = [];
  if (state?.state === 'abnormal' && open.abnormal === undefined) {
    const cause = `libvirt on ${state.host} says ${state.raw.state} (${state.raw.reason})`;
    const details = { state: state.raw.state, reason: state.raw.reason };
    alarms.push(raised('abnormal', vm, { at: state.from, now, cause, details }));
  }
  if (state !== null && state.state !== 'abnormal' && open.abnormal) alarms.push(over(open.abnormal, state.from));
  const isSilent = state === null && now - Math.max(vm.lastSeen, since) > staleAfterMs;
  if (isSilent && open.unobserved === undefined) {
    const cause = `nothing was heard of it since ${new Date(vm.lastSeen).toISOString()}; whether it runs is not known`;
    alarms.push(raised('unobserved', vm, { at: vm.lastSeen, now, cause, details: {} }));
  }
  if (state !== null && open.unobserved) alarms.push(over(open.unobserved, vm.lastSeen));
  return alarms;
}

function raised(
  condition: Condition,
  { uuid, name, host }: Vm,
  { at, now, cause, details }: { at: number; now: number } & Pick<Alarm, 'cause' | 'details'>,
): Alarm {
  return {
    id: `oms:${condition}:${uuid}:${now}`,
    key: keyOf(condition, uuid),
    ...CONDITIONS[condition],
    ...{ cause, details, vm: { uuid, name }, host, raised: at, changed: at, occurrences: 1, source: 'oms' },
  };
}

function over(alarm: Alarm, at: number): Alarm {
  const cleared = Math.max(alarm.changed, at);
  return { ...alarm, changed: cleared, cleared };
}
