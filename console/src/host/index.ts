import {
  EventBusSrv,
  setTimeZoneResolver,
  type DataSourceApi,
  type DataSourceInstanceSettings,
  type PanelPlugin,
} from '@grafana/data';
import { initPluginTranslations } from '@grafana/i18n';
import {
  setAppEvents,
  setBackendSrv,
  setDataSourceSrv,
  setPluginImportUtils,
  setRunRequest,
  setTemplateSrv,
} from '@grafana/runtime';
import { ConsoleBackendSrv } from './backendSrv.ts';
import { SingleDataSourceSrv } from './dataSourceSrv.ts';
import { fillEditorRegistries } from './editors.ts';
import { loadDataSourcePlugin, loadPanelPlugin, startModuleLoader } from './pluginLoader.ts';
import { runRequest } from './runRequest.ts';
import { SceneTemplateSrv } from './templateSrv.ts';

export const PANEL_ID = 'faultline-timeline-panel';
export const DATASOURCE_ID = 'faultline-oms-datasource';
export const DATASOURCE_UID = 'faultline-oms';

export const templateSrv = new SceneTemplateSrv();

/**
 * Makes this page a host for Grafana plugins: sets every service of `@grafana/runtime` that the two bundles and scenes use, and
 * loads both bundles. Called once; rejects with the plugin's name when a bundle cannot be loaded.
 *
 * @param fetch adds the caller's token where the page has one
 */
export async function startHost(
  fetch: typeof globalThis.fetch = (input, init) => globalThis.fetch(input, init),
): Promise<void> {
  setTimeZoneResolver(() => 'browser');
  setAppEvents(new EventBusSrv());
  setBackendSrv(new ConsoleBackendSrv(fetch));
  setTemplateSrv(templateSrv);
  setRunRequest(runRequest);
  fillEditorRegistries();
  await Promise.all([initPluginTranslations('faultline-console'), startModuleLoader()]);

  const [panel, datasource] = await Promise.all([loadPanelPlugin(PANEL_ID), loadDataSourcePlugin(DATASOURCE_ID)]);
  servePanel(panel);

  const settings: DataSourceInstanceSettings = {
    uid: DATASOURCE_UID,
    type: DATASOURCE_ID,
    name: 'Faultline OMS',
    meta: datasource.meta,
    url: '',
    access: 'proxy',
    readOnly: true,
    isDefault: true,
    jsonData: {},
  };
  const instance: DataSourceApi = new datasource.DataSourceClass(settings);
  instance.components = datasource.components;
  instance.meta = datasource.meta;
  setDataSourceSrv(new SingleDataSourceSrv(settings, () => Promise.resolve(instance)));
}

function servePanel(panel: PanelPlugin): void {
  setPluginImportUtils({
    importPanelPlugin: (id) =>
      id === PANEL_ID ? Promise.resolve(panel) : Promise.reject(new Error(`The console has no panel plugin ${id}.`)),
    getPanelPluginFromCache: (id) => (id === PANEL_ID ? panel : undefined),
  });
}
