import {
  applyFieldOverrides,
  createTheme,
  DashboardCursorSync,
  dateTime,
  EventBusSrv,
  getDefaultTimeRange,
  LoadingState,
  PanelOptionsEditorBuilder,
  toDataFrame,
  type AbsoluteTimeRange,
  type DataFrame,
  type DataSourceApi,
  type DataSourcePlugin,
  type FieldConfigSource,
  type PanelData,
  type PanelPlugin,
  type PanelProps,
  type TimeRange,
} from '@grafana/data';
import { config, getDataSourceSrv, locationService, LocationServiceProvider } from '@grafana/runtime';
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
import { LegendDisplayMode } from '@grafana/schema';
import { GlobalStyles, PortalContainer, ThemeContext, TimeSeries } from '@grafana/ui';
import { useCallback, useEffect, useState, type ComponentType, type ReactNode } from 'react';
import { flushSync } from 'react-dom';
import { createRoot, type Root } from 'react-dom/client';
import { Router } from 'react-router-dom';
import { DATASOURCE_ID, DATASOURCE_UID, PANEL_ID, startHost, templateSrv } from '../src/host/index.ts';
import { framesOf, type Story } from './stories.ts';

/** What is shown: data as a story or as frames, in a panel of one size. */
interface Shown {
  stories?: Story[];
  frames?: unknown[];
  from: number;
  to: number;
  width: number;
  height: number;
  theme?: 'dark' | 'light';
  options?: object;
  fieldConfig?: FieldConfigSource;
  /** Panels with the same data, one under the other; by default one. */
  panels?: number;
}

const element = document.getElementById('root') as HTMLElement;
let root: Root | undefined;

const timeRange = (from: number, to: number): TimeRange => {
  const raw = { from: dateTime(from), to: dateTime(to) };
  return { ...raw, raw };
};

/** Made once: what makes the data is not what is measured. */
const made = new Map<string, DataFrame[]>();

function framesOfStory(story: Story): DataFrame[] {
  const key = JSON.stringify(story);
  const frames = made.get(key) ?? framesOf(story);
  if (made.size > 300) {
    made.clear();
  }
  made.set(key, frames);
  return frames;
}

const framesIn = ({ stories = [], frames = [] }: Pick<Shown, 'stories' | 'frames'>): DataFrame[] => [
  ...stories.flatMap(framesOfStory),
  ...frames.map((frame) => toDataFrame(frame)),
];

/** Panel data as a request to our data source brings it, so that a click finds whom to ask for details. */
function dataOf(shown: Pick<Shown, 'stories' | 'frames' | 'from' | 'to'>): PanelData {
  const range = timeRange(shown.from, shown.to);
  const target = { refId: 'A', type: 'timeline', datasource: { uid: DATASOURCE_UID, type: DATASOURCE_ID } };
  return {
    state: LoadingState.Done,
    series: framesIn(shown),
    timeRange: range,
    request: {
      app: 'test',
      requestId: 'test',
      timezone: 'utc',
      interval: '1s',
      intervalMs: 1000,
      range,
      scopedVars: {},
      startTime: 0,
      targets: [target],
    },
  };
}

/** Everything around a component that Grafana's page gives it. */
function Around({ theme, children }: { theme: 'dark' | 'light'; children: ReactNode }) {
  return (
    <ThemeContext.Provider value={createTheme({ colors: { mode: theme } })}>
      <GlobalStyles />
      <LocationServiceProvider service={locationService}>
        <Router location={locationService.getLocation()} navigator={locationService.getHistory()}>
          {children}
          <PortalContainer />
        </Router>
      </LocationServiceProvider>
    </ThemeContext.Provider>
  );
}

function mount(theme: 'dark' | 'light', content: ReactNode): void {
  root?.unmount();
  document.documentElement.dataset['theme'] = theme;
  document.body.style.background = createTheme({ colors: { mode: theme } }).colors.background.canvas;
  config.theme2 = createTheme({ colors: { mode: theme } });
  root = createRoot(element);
  root.render(<Around theme={theme}>{content}</Around>);
}

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

/** A component with its data, to be painted by itself and measured. */
interface Painted {
  who: 'panel' | 'time-series';
  stories: Story[];
  width: number;
  height: number;
}

let plugin: PanelPlugin | undefined;

function componentOf({ who, stories, width, height }: Painted): ReactNode {
  const [{ from, to } = { from: 0, to: 1 }] = stories;
  const data = dataOf({ stories, from, to });
  const theme = createTheme({ colors: { mode: 'dark' } });
  const fieldConfig: FieldConfigSource = { defaults: {}, overrides: [] };
  const series = applyFieldOverrides({
    data: who === 'panel' ? data.series : data.series.slice(0, 1).map(cpuOnly),
    fieldConfig,
    replaceVariables: (text) => text,
    theme,
    timeZone: 'utc',
  });
  if (who === 'time-series') {
    return (
      <TimeSeries
        frames={series}
        structureRev={1}
        width={width}
        height={height}
        timeRange={data.timeRange}
        timeZone="utc"
        legend={{ showLegend: false, displayMode: LegendDisplayMode.Hidden, placement: 'bottom', calcs: [] }}
      />
    );
  }
  const Panel = plugin?.panel as ComponentType<PanelProps>;
  return (
    <Panel
      id={1}
      data={{ ...data, series }}
      timeRange={data.timeRange}
      timeZone="utc"
      options={{}}
      transparent
      width={width}
      height={height}
      fieldConfig={fieldConfig}
      renderCounter={0}
      title=""
      eventBus={new EventBusSrv()}
      onOptionsChange={() => undefined}
      onFieldConfigChange={() => undefined}
      onChangeTimeRange={() => undefined}
      replaceVariables={(text) => text}
    />
  );
}

/** Of our frame of the CPU the line alone: what a dashboard draws of it today. */
const cpuOnly = (frame: DataFrame): DataFrame => ({ ...frame, fields: frame.fields.slice(0, 2) });

const frameShown = (): Promise<number> =>
  new Promise((resolve) => {
    requestAnimationFrame(() => {
      const channel = new MessageChannel();
      channel.port1.onmessage = () => resolve(performance.now());
      channel.port2.postMessage(null);
    });
  });

/**
 * How long it takes from the data to the picture, ms: all of the main thread's work until the frame after it is painted. What Grafana's page
 * has around every panel is there before.
 */
async function paint(painted: Painted): Promise<number> {
  const content = componentOf(painted);
  if (!paintRoot || root !== paintRoot) {
    root?.unmount();
    root = paintRoot = createRoot(element);
  }
  flushSync(() => paintRoot?.render(<Around theme="dark">{null}</Around>));
  await frameShown();
  const began = performance.now();
  flushSync(() => paintRoot?.render(<Around theme="dark">{content}</Around>));
  return (await frameShown()) - began;
}
/** Kept from one painting to the next. */
let paintRoot: Root | undefined;

/** An editor of one of the plugins, and what is to be edited. */
interface Edited {
  editor: 'query' | 'annotation' | 'variable' | 'config' | 'mapping';
  value: object;
  /** What the panel whose options are edited shows. */
  stories?: Story[];
  theme?: 'dark' | 'light';
}

/** What it was changed to, as Grafana would save it. */
let edited: unknown;
let dataSourcePlugin: DataSourcePlugin<DataSourceApi> | undefined;

function Editor({ editor, value, stories = [] }: Edited) {
  const [now, setNow] = useState<object>(value);
  const change = useCallback((next: unknown) => {
    edited = next;
    setNow(next as object);
  }, []);
  const [datasource, setDatasource] = useState<DataSourceApi>();
  useEffect(() => {
    void getDataSourceSrv().get({ uid: DATASOURCE_UID }).then(setDatasource);
  }, []);
  if (!datasource) {
    return null;
  }
  const { QueryEditor, VariableQueryEditor, ConfigEditor } = dataSourcePlugin?.components ?? {};
  const ofEach: Record<Edited['editor'], () => ReactNode> = {
    query: () => <Any of={QueryEditor} datasource={datasource} query={now} onChange={change} onRunQuery={nothing} />,
    annotation: () => (
      <Any
        of={datasource.annotations?.QueryEditor}
        datasource={datasource}
        annotation={{ name: 'A', enable: true, iconColor: 'red', target: now }}
        query={now}
        onChange={change}
        onRunQuery={nothing}
      />
    ),
    variable: () => <Any of={VariableQueryEditor} datasource={datasource} query={now} onChange={change} />,
    config: () => <Any of={ConfigEditor} options={now} onOptionsChange={change} />,
    mapping: () => (
      <Any
        of={plugin ? mappingEditorOf(plugin) : undefined}
        value={(now as { mapping?: unknown }).mapping}
        onChange={(mapping: unknown) => change({ mapping })}
        context={{ data: framesIn({ stories }) }}
        item={{}}
      />
    ),
  };
  return <div data-testid="editor">{ofEach[editor]()}</div>;
}

const nothing = (): void => undefined;

/** A component of a bundle: what it asks for is its own, and Grafana's, affair. */
function Any({ of: Component, ...props }: { of: unknown } & Record<string, unknown>) {
  const One = Component as ComponentType<Record<string, unknown>> | undefined;
  return One ? <One {...props} /> : <p role="alert">the plugin has no such editor</p>;
}

/** The editor of the panel's option of that name, as Grafana's options pane finds it. */
function mappingEditorOf(panel: PanelPlugin): unknown {
  const builder = new PanelOptionsEditorBuilder<object>();
  panel.getPanelOptionsSupplier()(builder, { data: [], options: {} });
  return builder.getItems().find(({ path }) => path === 'mapping')?.editor;
}

function edit(what: Edited): void {
  edited = undefined;
  mount(what.theme ?? 'dark', <Editor {...what} />);
}

/** What tests and benchmarks call on the page. */
const testPage = {
  ready: startHost().then(async () => {
    const loaded = (await System.import(`/public/plugins/${PANEL_ID}/module.js`)) as { plugin: PanelPlugin };
    plugin = loaded.plugin;
    const source = (await System.import(`/public/plugins/${DATASOURCE_ID}/module.js`)) as {
      plugin: DataSourcePlugin<DataSourceApi>;
    };
    dataSourcePlugin = source.plugin;
    return config.buildInfo.version;
  }),
  show,
  range,
  refresh,
  move,
  paint,
  edit,
  edited: () => edited,
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
