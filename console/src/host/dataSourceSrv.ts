import type { DataSourceApi, DataSourceInstanceSettings, DataSourceRef } from '@grafana/data';
import type { DataSourceSrv } from '@grafana/runtime';

/** The console has one data source: this OMS. Asking for another is an error that names it. */
export class SingleDataSourceSrv implements DataSourceSrv {
  constructor(
    private readonly settings: DataSourceInstanceSettings,
    private readonly load: () => Promise<DataSourceApi>,
  ) {}

  async get(ref?: DataSourceRef | string | null): Promise<DataSourceApi> {
    if (!this.isOurs(ref)) {
      throw new Error(`The console has no data source ${JSON.stringify(ref)}, only ${this.settings.uid}.`);
    }
    return this.load();
  }

  getList(): DataSourceInstanceSettings[] {
    return [this.settings];
  }

  getInstanceSettings(ref?: DataSourceRef | string | null): DataSourceInstanceSettings | undefined {
    return this.isOurs(ref) ? this.settings : undefined;
  }

  async reload(): Promise<void> {
    // The one data source is fixed: there is nothing to read again.
  }

  registerRuntimeDataSource(): never {
    throw new Error('The console takes no other data sources.');
  }

  private isOurs(ref?: DataSourceRef | string | null): boolean {
    if (ref === undefined || ref === null || ref === 'default') {
      return true;
    }
    const { uid, type, name } = this.settings;
    return typeof ref === 'string'
      ? ref === uid || ref === name
      : ref.uid === undefined
        ? ref.type === type
        : ref.uid === uid;
  }
}
