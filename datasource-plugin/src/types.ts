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

/** Nothing of our own: the address is Grafana's `url`. */
export type FaultlineOptions = DataSourceJsonData;

/** What Grafana keeps encrypted and gives to its proxy only (`routes` in plugin.json), never back to a browser. */
export interface FaultlineSecrets {
  token?: string;
}
