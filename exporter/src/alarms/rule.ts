import type { Alarm, RawState, VmRef } from '@faultline/contracts';
import type { DomainEvent } from '@faultline/libvirt';
import type { GuestReport } from '../guests/report.ts';
import type { DomainSnapshot } from '../snapshot.ts';

/** What a rule judges: one domain as one cycle saw it, or one event of it with the state read right after. */
export interface Observation {
  host: string;
  /** When the states of the cycle were read, or the event was received, ms. */
  at: number;
  vm: VmRef;
  /** Null when it could not be read: then nothing may be concluded from it. */
  state: RawState | null;
  /** Only in an observation of an event. */
  event?: DomainEvent;
  /** Only in an observation of a cycle. */
  domain?: DomainSnapshot;
  /** Only in an observation of a cycle, of a guest that could be looked into. */
  guest?: GuestReport | undefined;
}

/**
 * What a rule says of its condition. `again`: this is a happening of its own, to be counted (A45), and not the same one that still
 * goes on.
 */
export type Finding =
  { status: 'present'; cause: string; details: Record<string, string>; again: boolean } | { status: 'absent' };

/** `memory` is given back to the rule with its next observation of the same domain. No finding: nothing to say. */
export interface Judgement<Memory> {
  finding?: Finding;
  memory?: Memory | undefined;
}

/**
 * An alarm condition of one domain, as data and one pure function (A44). The alarm is open from the first finding `present`
 * to the next `absent`.
 */
export interface AlarmRule<Memory = unknown> {
  /** Tells the condition from others; the first part of the alarm's key. */
  condition: string;
  /** What people read on the chart. */
  name: string;
  category: Alarm['category'];
  level: Alarm['level'];
  judge(observation: Observation, memory: Memory | undefined): Judgement<Memory>;
}

export function defineAlarmRule<Memory>(rule: AlarmRule<Memory>): AlarmRule {
  // The book gives each rule back only what that rule returned.
  return { ...rule, judge: (observation, memory) => rule.judge(observation, memory as Memory | undefined) };
}

/** `paused (ioerror)`, as people and the timeline write it. */
export function stateText(state: RawState | null): string {
  return state === null ? 'not known' : `${state.state} (${state.reason})`;
}
