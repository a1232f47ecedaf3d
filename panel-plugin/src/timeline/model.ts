import type {
  ALARM_LEVELS,
  DRAWN_STATES,
  GuestVerdict as GuestVerdictOfContract,
  OPERATION_RESULTS,
  TimelineFrameName,
} from '@faultline/contracts';

export type DrawnState = (typeof DRAWN_STATES)[number];
export type OperationResult = (typeof OPERATION_RESULTS)[number];
export type AlarmLevel = (typeof ALARM_LEVELS)[number];

/** What the panel draws of one VM, read from frames. Times are ms since the epoch; lists are ordered by their begin. */
export interface Timeline {
  /** Whose timeline it is; null when no frame was one of ours. */
  vm: { uuid: string; name: string } | null;
  /** The OMS's clock when it answered; infinite when the frames do not tell. */
  now: number;
  /** Up to when anything is known: nothing is drawn past it. Null when nothing is known at all. */
  heard: number | null;
  cpu: CpuSamples;
  states: StateInterval[];
  operations: OperationMark[];
  alarms: AlarmMark[];
  verdicts: VerdictMark[];
  /** What the OMS counted instead of sending each: parts of the range with how many began in it. */
  counted: { operations: CountedMarks<OperationResult>[]; alarms: CountedMarks<AlarmLevel>[] };
  /** The host that the VM was on, cycle by cycle; silence is not covered. */
  hosts: HostStretch[];
  /** What looking into the guest found; not covered where looks are missing. */
  connectivity: ConnectivityStretch[];
  /** Any further series, on an axis of their own. */
  others: Series[];
  /** What was wrong with the frames, for the reader of the panel. */
  problems: Problem[];
}

/** Percent of the VM's vCPUs, 0-100 (A20); null breaks the line. */
export interface CpuSamples {
  times: number[];
  values: (number | null)[];
  /** Of the same moments, the lowest and the highest single sample that the value is the mean of. */
  lows: (number | null)[];
  highs: (number | null)[];
}

/** A state the panel can name, and what it makes of any other word. */
export type ShownState = DrawnState | 'unknown';

export interface StateInterval {
  from: number;
  /** Never past {@link Timeline.heard}. */
  to: number;
  state: ShownState;
  /** The hypervisor's own words, `paused (ioerror)`. */
  raw: string;
  host: string;
  source: string;
  /** How many intervals it stands for; the worst of them is told. */
  count: number;
}

export interface OperationMark {
  id: string;
  from: number;
  /** Null while it runs. */
  to: number | null;
  kind: string;
  initiator: string;
  result: OperationResult;
  cause: string;
  /** Of a mark whose data source keeps no details: what else its frame tells, as name and value. */
  told?: [name: string, value: string][];
}

export interface AlarmMark {
  id: string;
  from: number;
  /** Null while it is not cleared. */
  to: number | null;
  name: string;
  category: string;
  level: AlarmLevel;
  cause: string;
  occurrences: number;
  /** What people made of it: none, acknowledged, shelved, closed; empty where the frames do not tell. */
  operator: string;
  /** What keeps Alertmanager from notifying of it: silenced, inhibited; empty where nothing does. */
  suppressed: string;
  /** Of a mark whose data source keeps no details: what else its frame tells, as name and value. */
  told?: [name: string, value: string][];
}

/** A judgement on the VM: whose fault it was. */
export interface VerdictMark {
  id: string;
  from: number;
  fault: string;
  /** 0 to 1; null where the frames do not tell. */
  confidence: number | null;
  recommended: string;
  taken: string;
}

/** Marks of which only is known how many began in a stretch, and the worst of them. */
export interface CountedMarks<Worst extends string> {
  from: number;
  to: number;
  count: number;
  /** Of operations: failed or timed out. */
  failed: number;
  worst: Worst;
}

/** How a host was over some cycles: judged, or only whether libvirtd was reached. */
export type HostState = 'normal' | 'abnormal' | 'unknown' | 'reached' | 'unreached';

export interface HostStretch {
  from: number;
  to: number;
  host: string;
  state: HostState;
  /** The items that decided it. */
  reasons: string;
  count: number;
}

export type GuestVerdict = GuestVerdictOfContract;

export interface ConnectivityStretch {
  from: number;
  to: number;
  /** Any other word is `unknown`. */
  verdict: GuestVerdict;
  agent: string;
  host: string;
  count: number;
}

/** A series of plain numbers; null breaks its line. */
export interface Series {
  name: string;
  /** A unit of Grafana's (`percent`, `Bps`), or empty. */
  unit: string;
  times: number[];
  values: (number | null)[];
}

export type Problem =
  | { kind: 'foreign-frame'; frame: string; fields: string[] }
  | { kind: 'missing-frame'; frame: TimelineFrameName }
  | { kind: 'missing-field'; frame: TimelineFrameName; field: string }
  | { kind: 'bad-rows'; frame: TimelineFrameName; count: number }
  | { kind: 'several-vms'; shown: string; others: string[] };
