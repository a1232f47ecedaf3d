import type { DataQuery } from '@grafana/schema';
import type { DataSourceJsonData } from '@grafana/data';

/** One VM's timeline; `vm` is a UUID, or a template variable that holds one. */
export interface TimelineQuery extends DataQuery {
  type: 'timeline';
  vm: string;
}

/** One operation with its hops, by the operation's id. */
export interface OperationQuery extends DataQuery {
  type: 'operation';
  id: string;
}

/** One alarm's card, by the alarm's id. */
export interface AlarmQuery extends DataQuery {
  type: 'alarm';
  id: string;
}

export type FaultlineQuery = TimelineQuery | OperationQuery | AlarmQuery;

/** Nothing yet: the address is Grafana's own `url`. */
export type FaultlineOptions = DataSourceJsonData;
