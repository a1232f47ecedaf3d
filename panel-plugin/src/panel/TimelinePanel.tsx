import { LoadingState, type PanelProps } from '@grafana/data';
import { IconButton, useTheme2 } from '@grafana/ui';
import React, { useCallback, useMemo, useRef, useState } from 'react';
import { DetailDrawer } from '../drawer/DetailDrawer.tsx';
import { useTimelines } from '../input/useTimelines.ts';
import { DEFAULT_OPTIONS, hiddenLayers, type TimelineOptions } from '../options.ts';
import { OpenedVm, OPENED_VM_HEIGHT } from '../overview/OpenedVm.tsx';
import { Overview } from '../overview/Overview.tsx';
import { keyOf } from '../overview/place.ts';
import { useOpenVm } from '../overview/useOpenVm.ts';
import { texts } from '../texts.ts';
import { fullTime } from '../time.ts';
import { endOf } from '../timeline/layers/operations.ts';
import type { SwitchedLayer } from '../timeline/layers/index.ts';
import type { Timeline } from '../timeline/model.ts';
import { Chart } from './Chart.tsx';
import { cpuThresholds, withStateLooks } from './fieldLooks.ts';
import { themeOf } from './hostTheme.ts';
import { timeWriter } from './hostTime.ts';
import { Legend } from './Legend.tsx';
import { Message, Notice, NOTICE_HEIGHT, type MessageAction } from './Message.tsx';
import { TableView } from './TableView.tsx';
import { useSelection } from './useSelection.ts';
import { useWidthBeside } from './useWidthBeside.ts';

/** Below this height the legend would take what the chart needs. */
const LEGEND_FROM_HEIGHT = 240;
/** And it takes no more than this of it. */
const LEGEND_SHARE = 0.25;

/** The panel: the chart of one VM, the overview of several, or a word on why there is neither; and the drawer of what was opened. */
export function TimelinePanel(props: PanelProps<TimelineOptions>) {
  const { data, width, height, timeZone, onChangeTimeRange } = props;
  const options = { ...DEFAULT_OPTIONS, ...props.options };
  const theme = useTheme2();
  const colours = useMemo(() => withStateLooks(themeOf(theme), data.series), [theme, data.series]);
  const thresholds = useMemo(
    () => ({ mode: options.thresholds, steps: cpuThresholds(data.series, theme) }),
    [options.thresholds, data.series, theme],
  );
  const { hidden, toggle } = useHiddenLayers(options);
  const [isTable, setTable] = useState(false);
  const writer = useMemo(() => timeWriter(timeZone), [timeZone]);
  const { timelines, lines: inputLines, action } = useTimelines(props);
  const { shown: openVm, last: lastVm, open: openVmOf } = useOpenVm(props.id);
  const several = timelines.length > 1;
  const timeline = several ? timelines.find((one) => keyOf(one) === openVm) : timelines[0];
  const [selection, setSelection] = useSelection(props.id);
  // Not known before the legend was laid out, by itself: so the picture, which has what it leaves, is laid out once.
  const [legendHeight, setLegendHeight] = useState<number | null>(null);
  const close = useCallback(() => setSelection(null), [setSelection]);
  const panel = useRef<HTMLDivElement>(null);
  const [drawer, setDrawer] = useState<HTMLElement | null>(null);
  const freeWidth = useWidthBeside(panel, drawer, width);

  const range = { from: data.timeRange.from.valueOf(), to: data.timeRange.to.valueOf() };
  const open = useCallback(
    (key: string | null) => {
      setSelection(null);
      openVmOf(key);
    },
    [setSelection, openVmOf],
  );
  const back = useCallback(() => open(null), [open]);
  if (timelines.length === 0) {
    return <NoTimeline {...props} lines={inputLines} action={action} />;
  }
  const lines = [...inputLines, ...(timeline?.problems ?? []).map((problem) => texts.problem(problem))];
  const notice = lines.length > 0 && <Notice lines={lines} action={action} />;
  const showLegend = options.showLegend && height >= LEGEND_FROM_HEIGHT;
  const noticeHeight = notice ? NOTICE_HEIGHT : 0;
  if (!timeline) {
    return (
      <div style={{ width, height }}>
        {notice}
        <Overview
          timelines={timelines}
          range={range}
          width={width}
          height={Math.max(height - noticeHeight, 1)}
          showLegend={showLegend}
          colours={colours}
          writer={writer}
          opened={lastVm}
          onOpen={open}
        />
      </div>
    );
  }
  const headHeight = noticeHeight + (several ? OPENED_VM_HEIGHT : 0);
  const chartHeight = Math.max(height - (showLegend ? (legendHeight ?? 0) : 0) - headHeight, 1);
  const isLaidOut = !showLegend || legendHeight !== null;
  return (
    <div ref={panel} style={{ width, height, position: 'relative' }}>
      {several && <OpenedVm name={timeline.vm?.name ?? ''} escapes={selection === null} onBack={back} />}
      <div style={{ width: freeWidth, position: 'relative' }}>
        {notice}
        <ViewSwitch isTable={isTable} onSwitch={setTable} />
        {!isLaidOut ? null : isTable ? (
          <TableView
            timeline={timeline}
            range={range}
            height={chartHeight}
            hidden={hidden}
            writer={writer}
            onSelect={setSelection}
          />
        ) : (
          <Chart
            timeline={timeline}
            range={range}
            width={freeWidth}
            height={chartHeight}
            hidden={hidden}
            thresholds={thresholds}
            colours={colours}
            writer={writer}
            eventBus={props.eventBus}
            selection={selection}
            onSelect={setSelection}
            onChangeTimeRange={onChangeTimeRange}
          >
            {isEmpty(timeline, range) && (
              <Message
                title={texts.empty.nothing(timeline.vm?.name ?? '')}
                lines={[
                  timeline.heard === null
                    ? texts.empty.neverSeen
                    : texts.empty.lastSeen(fullTime(writer, timeline.heard)),
                ]}
                {...(timeline.heard !== null && outside(timeline.heard, range)
                  ? {
                      action: {
                        label: texts.empty.goThere,
                        run: () => onChangeTimeRange(around(timeline.heard ?? 0, range)),
                      },
                    }
                  : {})}
              />
            )}
          </Chart>
        )}
        {showLegend && (
          <Legend
            timeline={timeline}
            range={range}
            colours={colours}
            hidden={hidden}
            onToggle={toggle}
            maxHeight={height * LEGEND_SHARE}
            onHeight={setLegendHeight}
          />
        )}
      </div>
      {selection && (
        <DetailDrawer
          selection={selection}
          timeline={timeline}
          data={data}
          writer={writer}
          colours={colours}
          onSelect={setSelection}
          onClose={close}
          onElement={setDrawer}
          onChangeTimeRange={onChangeTimeRange}
          replaceVariables={props.replaceVariables}
        />
      )}
    </div>
  );
}

/** What the options leave out, and what the reader switched in the legend since. */
function useHiddenLayers(options: TimelineOptions) {
  const [turned, setTurned] = useState<ReadonlySet<SwitchedLayer>>(new Set());
  const key = JSON.stringify(options);
  const hidden = useMemo(() => hiddenLayers(JSON.parse(key) as TimelineOptions, turned), [key, turned]);
  const toggle = useCallback(
    (layer: SwitchedLayer) =>
      setTurned(
        (before) => new Set(before.has(layer) ? [...before].filter((one) => one !== layer) : [...before, layer]),
      ),
    [],
  );
  return { hidden, toggle };
}

/** Between the chart and the same as a table; at the right above both. */
function ViewSwitch({ isTable, onSwitch }: { isTable: boolean; onSwitch(isTable: boolean): void }) {
  return (
    <div style={{ position: 'absolute', top: 0, right: 0, zIndex: 2 }}>
      <IconButton
        name={isTable ? 'graph-bar' : 'table'}
        size="md"
        aria-label={isTable ? texts.table.showChart : texts.table.showTable}
        tooltip={isTable ? texts.table.showChart : texts.table.showTable}
        onClick={() => onSwitch(!isTable)}
        data-testid="faultline-view-switch"
      />
    </div>
  );
}

interface NoTimelineProps extends PanelProps<TimelineOptions> {
  lines: string[];
  action: MessageAction | undefined;
}

function NoTimeline({ data, width, height, lines, action }: NoTimelineProps) {
  const error = data.errors?.[0] ?? data.error;
  const message = error
    ? { title: texts.empty.queryFailed, lines }
    : data.series.some((frame) => frame.length > 0)
      ? { title: texts.empty.notOurs, lines: [...lines, texts.empty.notOursHint] }
      : data.state === LoadingState.Loading
        ? { title: texts.empty.loading, lines: [] }
        : data.series.length > 0
          ? { title: texts.empty.noData, lines }
          : { title: texts.empty.chooseVm, lines: [texts.empty.chooseVmHint] };
  return (
    <div style={{ width, height, position: 'relative' }}>
      <Message {...message} {...(action ? { action } : {})} />
    </div>
  );
}

interface Range {
  from: number;
  to: number;
}

/** Nothing of this range is known: no sample, no state, no mark that touches it. */
function isEmpty(timeline: Timeline, { from, to }: Range): boolean {
  const { cpu, states, operations, alarms } = timeline;
  return (
    !cpu.times.some((time, i) => time >= from && time <= to && cpu.values[i] !== null) &&
    !states.some((state) => state.to > from && state.from < to) &&
    !operations.some((mark) => mark.from <= to && endOf(mark, timeline) >= from) &&
    !alarms.some((mark) => mark.from <= to && (mark.to ?? timeline.now) >= from)
  );
}

function outside(time: number, { from, to }: Range): boolean {
  return time < from || time > to;
}

/** A range as long as the present one that ends a little after the given time. */
function around(time: number, { from, to }: Range): Range {
  const length = to - from;
  return { from: Math.round(time - length * 0.9), to: Math.round(time + length * 0.1) };
}
