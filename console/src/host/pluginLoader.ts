import type { DataSourcePlugin, DataSourceApi, PanelPlugin, PanelPluginMeta, PluginMeta } from '@grafana/data';
import { sharedDependencies } from './sharedDependencies.ts';

interface PluginModule {
  plugin?: unknown;
}

/** Prepares SystemJS with Grafana's shared dependencies. Comes after every library: `extras/amd` makes them see a `define`. */
export async function startModuleLoader(): Promise<void> {
  await import('systemjs/dist/system.js');
  await import('systemjs/dist/extras/amd.js');
  const imports: Record<string, string> = {};
  for (const [name, namespace] of Object.entries(sharedDependencies)) {
    const key = `package:${name}`;
    imports[name] = key;
    System.set(key, namespace);
  }
  System.addImportMap({ imports });
}

/** Loads a built panel bundle. Rejects with a message that names the plugin and what is wrong. */
export async function loadPanelPlugin(id: string): Promise<PanelPlugin> {
  const { plugin, meta } = await load(id);
  const panel = plugin as PanelPlugin;
  panel.meta = { sort: 0, ...meta } as PanelPluginMeta;
  return panel;
}

/** Loads a built data source bundle, without making an instance of it. */
export async function loadDataSourcePlugin(id: string): Promise<DataSourcePlugin<DataSourceApi>> {
  const { plugin, meta } = await load(id);
  const datasource = plugin as DataSourcePlugin<DataSourceApi>;
  datasource.meta = meta as DataSourcePlugin<DataSourceApi>['meta'];
  return datasource;
}

async function load(id: string): Promise<{ plugin: object; meta: PluginMeta }> {
  const baseUrl = `/public/plugins/${id}`;
  const [description, module] = await Promise.all([
    readDescription(baseUrl, id),
    System.import(`${baseUrl}/module.js`).catch((reason: unknown) => {
      throw new Error(`Plugin ${id} cannot be loaded: is ${baseUrl}/module.js there and built?`, { cause: reason });
    }) as Promise<PluginModule>,
  ]);
  if (typeof module.plugin !== 'object' || module.plugin === null) {
    throw new Error(`Plugin ${id} exports no "plugin".`);
  }
  return { plugin: module.plugin, meta: { ...description, id, baseUrl, module: `${baseUrl}/module.js` } as PluginMeta };
}

async function readDescription(baseUrl: string, id: string): Promise<object> {
  const response = await fetch(`${baseUrl}/plugin.json`);
  if (!response.ok) {
    throw new Error(`Plugin ${id} is not served: ${baseUrl}/plugin.json answered ${response.status}.`);
  }
  return (await response.json()) as object;
}
