import type { DataSourceApi, DataSourcePlugin, PanelPlugin } from '@grafana/data';
import { DATASOURCE_ID, PANEL_ID } from '../src/host/index.ts';

/** Both plugins, once they are loaded as Grafana loads them. */
export const plugins: { panel?: PanelPlugin; dataSource?: DataSourcePlugin<DataSourceApi> } = {};

export async function loadPlugins(): Promise<void> {
  const load = async <Plugin>(id: string): Promise<Plugin> =>
    ((await System.import(`/public/plugins/${id}/module.js`)) as { plugin: Plugin }).plugin;
  plugins.panel = await load(PANEL_ID);
  plugins.dataSource = await load(DATASOURCE_ID);
}
