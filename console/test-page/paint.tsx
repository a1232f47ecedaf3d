import {
  applyFieldOverrides,
  createTheme,
  EventBusSrv,
  type DataFrame,
  type FieldConfigSource,
  type PanelProps,
} from '@grafana/data';
import { LegendDisplayMode } from '@grafana/schema';
import { TimeSeries } from '@grafana/ui';
import type { ComponentType, ReactNode } from 'react';
import { flushSync } from 'react-dom';
import { dataOf } from './data.ts';
import { Around, paintingRoot } from './mount.tsx';
import { plugins } from './plugins.ts';
import type { Story } from './stories.ts';

/** A component with its data, to be painted by itself and measured. */
export interface Painted {
  who: 'panel' | 'time-series';
  stories: Story[];
  width: number;
  height: number;
}

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
  const Panel = plugins.panel?.panel as ComponentType<PanelProps>;
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
export async function paint(painted: Painted): Promise<number> {
  const content = componentOf(painted);
  const root = paintingRoot();
  flushSync(() => root.render(<Around theme="dark">{null}</Around>));
  await frameShown();
  const began = performance.now();
  flushSync(() => root.render(<Around theme="dark">{content}</Around>));
  return (await frameShown()) - began;
}
