import type { DrawnState, FilterField, FilterOperator } from '@faultline/contracts';
import type { DataQuery } from '@grafana/schema';
import type { DataSourceJsonData } from '@grafana/data';

/** In which shape an answer is given: as the OMS's own frames, or as Grafana's logs, trace or annotations. */
export type Format = 'table' | 'logs' | 'trace' | 'annotations';

interface Saved extends DataQuery {
  /** In which form the query was saved: see migrations.ts. Absent: 1. */
  schemaVersion?: number;
  /** Absent: `table`. */
  format?: Format;
  /** Whether to ask again as soon as the OMS has news, while the range ends now. */
  live?: boolean;
}

/** What is known of one VM; `vm` is a UUID, or a template variable that holds one. */
interface OfVm<T extends string> extends Saved {
  type: T;
  vm: string;
}
export type TimelineQuery = OfVm<'timeline'>;
export type VmPartQuery<T extends 'states' | 'cpu' | 'connectivity' | 'verdicts'> = OfVm<T>;

/** What the cycles of hosts tell; each of `hosts` is a name, or a template variable that holds one or several. */
export interface CyclesQuery extends Saved {
  type: 'cycles';
  hosts: string[];
}

/** A filter of a list as it is saved: each value may be a template variable. */
export interface SavedFilter {
  field: FilterField;
  operator: FilterOperator;
  values: string[];
}

export interface FilteredQuery extends Saved {
  filters?: SavedFilter[];
  /** The most rows. Absent: as many as the OMS gives. */
  limit?: number;
}

/** Operations of many VMs. */
export interface OperationsQuery extends FilteredQuery {
  type: 'operations';
}

/** Alarms of many VMs and hosts; `active` true leaves out what is cleared. */
export interface AlarmsQuery extends FilteredQuery {
  type: 'alarms';
  active?: boolean;
}

/** VMs that bear every word of `search`. */
export interface VmsQuery extends FilteredQuery {
  type: 'vms';
  search?: string;
  state?: DrawnState | 'unknown';
}

export interface HostsQuery extends Saved {
  type: 'hosts';
}

/** One operation with its hops, by the operation's id. */
export interface OperationQuery extends Saved {
  type: 'operation';
  id: string;
}

/** One alarm's card, by the alarm's id. */
export interface AlarmQuery extends Saved {
  type: 'alarm';
  id: string;
}

export type FaultlineQuery =
  | TimelineQuery
  | VmPartQuery<'states'>
  | VmPartQuery<'cpu'>
  | VmPartQuery<'connectivity'>
  | VmPartQuery<'verdicts'>
  | CyclesQuery
  | OperationsQuery
  | AlarmsQuery
  | VmsQuery
  | HostsQuery
  | OperationQuery
  | AlarmQuery;

/** Nothing of our own: the address is Grafana's `url`. */
export type FaultlineOptions = DataSourceJsonData;

/** What Grafana keeps encrypted and gives to its proxy only (`routes` in plugin.json), never back to a browser. */
export interface FaultlineSecrets {
  token?: string;
}
