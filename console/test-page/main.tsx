import { DashboardCursorSync, getDefaultTimeRange, type AbsoluteTimeRange } from '@grafana/data';
import { config, getDataSourceSrv } from '@grafana/runtime';
import {
  behaviors,
  EmbeddedScene,
  SceneDataNode,
  SceneFlexItem,
  SceneFlexLayout,
  SceneTimeRange,
  VizPanel,
  type SceneObject,
} from '@grafana/scenes';
import type { ComponentType } from 'react';
import { DATASOURCE_UID, PANEL_ID, startHost, templateSrv } from '../src/host/index.ts';
import { dataOf, timeRange, type Shown } from './data.ts';
import { edit, edited } from './editors.tsx';
import { mount } from './mount.tsx';
import { paint } from './paint.tsx';
import { loadPlugins } from './plugins.ts';
import { framesOf } from './stories.ts';

let scene: EmbeddedScene | undefined;

/** Shows the panel as a dashboard does, with field options, data links and variables. */
function show(shown: Shown): void {
  const { width, height, theme = 'dark', options = {}, fieldConfig = { defaults: {}, overrides: [] } } = shown;
  const panels = Array.from({ length: shown.panels ?? 1 }, () => {
    const panel = new VizPanel({
      pluginId: PANEL_ID,
      title: '',
      hoverHeader: true,
      displayMode: 'transparent',
      options,
      fieldConfig,
      $data: new SceneDataNode({ data: dataOf(shown) }),
    });
    return new SceneFlexItem({ width, height, body: panel });
  });
  const { from, to } = timeRange(shown.from, shown.to);
  scene = new EmbeddedScene({
    $timeRange: new SceneTimeRange({ from: from.toISOString(), to: to.toISOString(), timeZone: 'utc' }),
    $behaviors: [new behaviors.CursorSync({ sync: DashboardCursorSync.Crosshair })],
    body: new SceneFlexLayout({ direction: 'column', children: panels }),
  });
  templateSrv.use(scene as SceneObject);
  const Scene = scene.Component as ComponentType<{ model: EmbeddedScene }>;
  mount(theme, <Scene model={scene} />);
}

/** The range that the page shows now: dragging on the panel changes it. */
function range(): AbsoluteTimeRange | null {
  const value = scene?.state.$timeRange?.state.value;
  return value === undefined ? null : { from: value.from.valueOf(), to: value.to.valueOf() };
}

/** The same data in other panel data, as a refresh brings it. */
function refresh(shown: Pick<Shown, 'stories' | 'frames' | 'from' | 'to'>): void {
  for (const item of (scene?.state.body as SceneFlexLayout).state.children) {
    const panel = (item as SceneFlexItem).state.body as VizPanel;
    (panel.state.$data as SceneDataNode).setState({ data: dataOf(shown) });
  }
}

/** The same frames over a range that is so much later, ms: the panel beside one that is dragged. */
function move(byMs: number): void {
  for (const item of (scene?.state.body as SceneFlexLayout).state.children) {
    const data = ((item as SceneFlexItem).state.body as VizPanel).state.$data as SceneDataNode;
    const { timeRange: before, ...rest } = data.state.data;
    const [from, to] = [before.from.valueOf(), before.to.valueOf()];
    data.setState({ data: { ...rest, timeRange: timeRange(from + byMs - moved, to + byMs - moved) } });
  }
  moved = byMs;
}
let moved = 0;

/** What tests and benchmarks call on the page. */
const testPage = {
  ready: startHost().then(async () => {
    await loadPlugins();
    return config.buildInfo.version;
  }),
  show,
  range,
  refresh,
  move,
  paint,
  edit,
  edited,
  framesOf,
  dataSource: () => getDataSourceSrv().get({ uid: DATASOURCE_UID }),
  defaultRange: getDefaultTimeRange,
};

export type TestPage = typeof testPage;

declare global {
  interface Window {
    testPage: TestPage;
  }
}
window.testPage = testPage;
