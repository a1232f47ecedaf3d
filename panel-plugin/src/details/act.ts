import type { DataSourceApi, DataSourceRef } from '@grafana/data';
import { getDataSourceSrv } from '@grafana/runtime';

/** What a person may do about an alarm (RFC 8632); `until` in ms. */
export type AlarmAct =
  { act: 'acknowledge' | 'unshelve' | 'close'; note?: string } | { act: 'shelve'; until: number; note?: string };

/** What our data source offers beside Grafana's interface. */
interface ActingDataSource extends DataSourceApi {
  /** Rejects with an error whose message says why it was not done, as with a token that may only read. */
  actOnAlarm(id: string, act: AlarmAct): Promise<void>;
  /** Whether the OMS lets this data source act. */
  mayAct(): Promise<boolean>;
}

const isActing = (api: DataSourceApi): api is ActingDataSource =>
  typeof (api as Partial<ActingDataSource>).actOnAlarm === 'function' &&
  typeof (api as Partial<ActingDataSource>).mayAct === 'function';

/** Whether the data source can act, and the OMS lets it. Rejects as the data source does. */
export async function mayAct(source: DataSourceRef): Promise<boolean> {
  const api = await getDataSourceSrv().get(source);
  return isActing(api) && (await api.mayAct());
}

/** Has the data source act on an alarm. @throws Error with what to tell the person */
export async function actOnAlarm(source: DataSourceRef, id: string, act: AlarmAct): Promise<void> {
  const api = await getDataSourceSrv().get(source);
  if (!isActing(api)) {
    throw new Error(`The data source ${api.name} cannot act on alarms.`);
  }
  await api.actOnAlarm(id, act);
}
