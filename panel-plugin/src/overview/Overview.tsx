import { cx } from '@emotion/css';
import { RadioButtonGroup, useStyles2, useTheme2 } from '@grafana/ui';
import React, { useMemo, useRef, useState } from 'react';
import { Glyph } from '../panel/Glyph.tsx';
import { Swatch } from '../panel/Legend.tsx';
import { stateName } from '../panel/marks.ts';
import { textMeasure } from '../panel/measure.ts';
import { TimeLabels } from '../panel/TimeLabels.tsx';
import { texts } from '../texts.ts';
import { duration, fullTime, tickLabel, type TimeWriter } from '../time.ts';
import { stateGlyph } from '../timeline/glyphs.ts';
import type { StateBox } from '../timeline/layers/state.ts';
import { timeAxis, type TimeAxisBoxes } from '../timeline/layers/timeAxis.ts';
import type { Timeline } from '../timeline/model.ts';
import type { TimelineTheme } from '../timeline/theme.ts';
import {
  AXIS_HEIGHT,
  insideTicks,
  layOut,
  NO_LABELS,
  placeOverview,
  rowsInView,
  type Order,
  type OverviewLayout,
  type OverviewRow,
} from './place.ts';
import { overviewStyles } from './styles.ts';
import { useBars } from './useBars.ts';
import { useWalk } from './useWalk.ts';

interface OverviewProps {
  timelines: Timeline[];
  range: { from: number; to: number };
  width: number;
  height: number;
  /** Says below the bars what their colours and patterns mean. */
  showLegend: boolean;
  colours: TimelineTheme;
  writer: TimeWriter;
  /** The VM that was opened before; the walk by keyboard begins there. */
  opened: string | null;
  onOpen(key: string): void;
}

const HEADER_HEIGHT = 32;
const LEGEND_HEIGHT = { wide: 24, narrow: 46 };
const STATES: OverviewRow['state'][] = ['running', 'dormant', 'stopped', 'abnormal', 'no-data'];

/** One state bar a VM on one time axis, from which one opens. Rows out of sight cost nothing but their place. */
export function Overview(props: OverviewProps) {
  const { timelines, range, width, height, showLegend, colours, writer, opened, onOpen } = props;
  const styles = useStyles2(overviewStyles);
  const [order, setOrder] = useState<Order>('worst');
  const [hover, setHover] = useState<{ row: OverviewRow; box: StateBox } | null>(null);
  const { from, to } = range;
  const layout = useMemo(() => layOut(width, { from, to }), [width, from, to]);
  const rows = useMemo(() => placeOverview(timelines, layout, order), [timelines, layout, order]);
  const legendHeight = showLegend ? LEGEND_HEIGHT[layout.narrow ? 'narrow' : 'wide'] : 0;
  const viewHeight = Math.max(height - HEADER_HEIGHT - AXIS_HEIGHT - legendHeight, layout.rowHeight);
  const axis = useAxis(timelines, layout, viewHeight, writer);
  const walk = useWalk(rows, opened, viewHeight, layout.rowHeight);
  const [first, end] = rowsInView(walk.scrollTop, viewHeight, layout.rowHeight, rows.length);
  const canvas = useRef<HTMLCanvasElement>(null);
  useBars(canvas, { rows, first, end, scrollTop: walk.scrollTop, layout, viewHeight, width, axis, colours });

  const seen = rows.slice(first, end).map((row, i) => ({ row, index: first + i }));
  // The row that has the focus stays there when it is scrolled out of sight, or the focus would be lost.
  if (walk.active < first || walk.active >= end) {
    const row = rows[walk.active];
    if (row) {
      seen.push({ row, index: walk.active });
    }
  }
  return (
    <div className={styles.root} style={{ width, height }} data-testid="faultline-overview">
      <div className={styles.header} style={{ height: HEADER_HEIGHT }}>
        <div className={styles.summary}>{hover ? hoverText(hover.row, hover.box, writer) : summaryOf(rows)}</div>
        <RadioButtonGroup<Order>
          size="sm"
          aria-label={texts.overview.order}
          options={[
            { value: 'worst', label: texts.overview.worstFirst },
            { value: 'name', label: texts.overview.byName },
          ]}
          value={order}
          onChange={setOrder}
        />
      </div>
      <div className={styles.stage} style={{ height: viewHeight + AXIS_HEIGHT }}>
        <canvas ref={canvas} className={styles.canvas} aria-hidden="true" />
        <div
          ref={walk.scroller}
          className={styles.scroller}
          style={{ height: viewHeight }}
          onScroll={walk.onScroll}
          onMouseLeave={() => setHover(null)}
          data-testid="faultline-overview-rows"
        >
          <ul
            className={styles.list}
            style={{ height: rows.length * layout.rowHeight }}
            aria-label={texts.overview.list}
            onKeyDown={walk.onKeyDown}
          >
            {seen.map(({ row, index }) => (
              <Row
                key={row.key}
                row={row}
                layout={layout}
                top={index * layout.rowHeight}
                isActive={index === walk.active}
                position={{ index, count: rows.length }}
                colours={colours}
                onFocus={() => walk.setActive(row.key)}
                onOpen={() => onOpen(row.key)}
                onPoint={(x) => {
                  const box = row.boxes.findLast((one) => one.x <= x);
                  setHover((before) =>
                    !box || x > box.x + box.width ? null : before?.box === box ? before : { row, box },
                  );
                }}
              />
            ))}
          </ul>
        </div>
        <div className={styles.axis}>
          <TimeLabels boxes={{ ...axis, ticks: insideTicks(axis.ticks) }} width={width} />
        </div>
      </div>
      {showLegend && (
        <ul className={styles.legend} style={{ height: legendHeight }} aria-label={texts.legend}>
          {STATES.map((one) => (
            <li key={one} className={styles.count}>
              <Swatch state={one} colours={colours} />
              {stateName(one, colours)}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

interface RowProps {
  row: OverviewRow;
  layout: OverviewLayout;
  top: number;
  isActive: boolean;
  position: { index: number; count: number };
  colours: TimelineTheme;
  onFocus(): void;
  onOpen(): void;
  /** x in the overview, of the pointer over the row. */
  onPoint(x: number): void;
}

function Row({ row, layout, top, isActive, position, colours, onFocus, onOpen, onPoint }: RowProps) {
  const styles = useStyles2(overviewStyles);
  const { narrow, rowHeight, bar } = layout;
  const { openAlarms, worstAlarm, failedOperations } = row;
  const isBad = row.state === 'abnormal';
  const say = texts.overview;
  return (
    <li
      className={styles.item}
      style={{ top, height: rowHeight }}
      aria-setsize={position.count}
      aria-posinset={position.index + 1}
    >
      <button
        type="button"
        className={styles.row}
        tabIndex={isActive ? 0 : -1}
        data-testid="faultline-overview-row"
        data-key={row.key}
        data-state={row.state}
        onClick={onOpen}
        onFocus={onFocus}
        onMouseMove={(event) => onPoint(event.clientX - event.currentTarget.getBoundingClientRect().left)}
      >
        <span className={styles.cells} style={{ height: narrow ? bar.top : rowHeight }}>
          <span className={styles.name} style={{ width: layout.name }} title={row.name}>
            {row.name || say.noName}
            <span className={styles.spoken}>, </span>
          </span>
          <span
            className={cx(styles.state, isBad && styles.bad)}
            style={{ width: layout.state, ...(isBad ? { color: colours.operation.failed } : {}) }}
          >
            {row.state === 'no-data' || row.state === 'unknown' ? (
              <Glyph shape="missing" size={12} />
            ) : (
              <Glyph shape={stateGlyph(row.state)} size={12} />
            )}
            {stateName(row.state, colours)}
            {row.raw && <span className={styles.spoken}>, {row.raw}</span>}
          </span>
          <span className={styles.counts} style={{ width: layout.counts }}>
            {openAlarms > 0 && worstAlarm && (
              <span className={styles.count}>
                <span className={styles.level} style={{ color: colours.alarm[worstAlarm] }}>
                  <Glyph shape={worstAlarm} size={13} />
                </span>
                <span aria-hidden="true">{openAlarms}</span>
                <span className={styles.spoken}>, {say.openAlarms(openAlarms, texts.level(worstAlarm))}</span>
              </span>
            )}
            {failedOperations > 0 && (
              <span className={styles.count}>
                <span className={styles.level} style={{ color: colours.operation.failed }}>
                  <Glyph shape="failed" size={12} />
                </span>
                <span aria-hidden="true">{failedOperations}</span>
                <span className={styles.spoken}>, {say.failedOperations(failedOperations)}</span>
              </span>
            )}
          </span>
        </span>
      </button>
    </li>
  );
}

function summaryOf(rows: OverviewRow[]): string {
  const count = (wanted: OverviewRow['state']) => rows.filter((row) => row.state === wanted).length;
  return texts.overview.summary(rows.length, count('abnormal'), count('no-data'));
}

function hoverText({ name }: OverviewRow, box: StateBox, writer: TimeWriter): string {
  const lasts = duration(box.to - box.from);
  return [
    name,
    box.count > 1 ? texts.tooltip.merged(box.count, lasts) : texts.state(box.state),
    box.raw,
    fullTime(writer, box.from),
    texts.tooltip.since(lasts),
  ]
    .filter(Boolean)
    .join(' · ');
}

function useAxis(timelines: Timeline[], { scale }: OverviewLayout, top: number, writer: TimeWriter): TimeAxisBoxes {
  const { fontFamily } = useTheme2().typography;
  return useMemo(() => {
    const now = timelines.reduce((latest, one) => Math.max(latest, one.now), -Infinity);
    const [some] = timelines;
    const empty: TimeAxisBoxes = { ticks: [], y: top, left: scale.left, right: scale.left, nowX: null, lineHeight: 0 };
    return some
      ? timeAxis.place({ ...some, now }, scale, {
          ...NO_LABELS,
          band: { top, height: AXIS_HEIGHT },
          measure: textMeasure(`11px ${fontFamily}`),
          zoneOffsetMs: writer.zoneOffsetMs,
          timeLabel: (time, stepMs) => tickLabel(writer, time, stepMs),
        })
      : empty;
  }, [timelines, scale, top, writer, fontFamily]);
}
