import { css, cx } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { RadioButtonGroup, useStyles2, useTheme2 } from '@grafana/ui';
import React, { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';
import { Glyph } from '../panel/Glyph.tsx';
import { Swatch } from '../panel/Legend.tsx';
import { stateName } from '../panel/marks.ts';
import { textMeasure } from '../panel/measure.ts';
import { TimeLabels } from '../panel/TimeLabels.tsx';
import { texts } from '../texts.ts';
import { duration, fullTime, tickLabel, type TimeWriter } from '../time.ts';
import { stateGlyph } from '../timeline/glyphs.ts';
import { state, type StateBox } from '../timeline/layers/state.ts';
import { timeAxis, type TimeAxisBoxes } from '../timeline/layers/timeAxis.ts';
import type { Timeline } from '../timeline/model.ts';
import type { TimelineTheme } from '../timeline/theme.ts';
import {
  insideTicks,
  layOut,
  NO_LABELS,
  placeOverview,
  rowsInView,
  scrollTo,
  type Order,
  type OverviewLayout,
  type OverviewRow,
} from './place.ts';

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
const AXIS_HEIGHT = 34;
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

/** The walk along the rows: which one has the focus, and what is scrolled to. */
function useWalk(rows: OverviewRow[], opened: string | null, viewHeight: number, rowHeight: number) {
  const scroller = useRef<HTMLDivElement>(null);
  const [scrollTop, setScrollTop] = useState(0);
  const [key, setActive] = useState(opened);
  // Who comes back from a VM's chart, or walks, has the focus follow.
  const follow = useRef(opened !== null);
  const active = Math.max(
    rows.findIndex((row) => row.key === key),
    0,
  );
  useLayoutEffect(() => {
    const view = scroller.current;
    if (view && follow.current) {
      view.scrollTop = scrollTo(active, view.scrollTop, viewHeight, rowHeight);
      setScrollTop(view.scrollTop);
    }
  }, [active, viewHeight, rowHeight]);
  useEffect(() => {
    if (follow.current) {
      follow.current = false;
      scroller.current?.querySelector<HTMLElement>('[tabindex="0"]')?.focus({ preventScroll: true });
    }
  }, [active]);
  const onKeyDown = (event: React.KeyboardEvent) => {
    const page = Math.max(Math.floor(viewHeight / rowHeight) - 1, 1);
    const steps: Record<string, number> = {
      ArrowDown: 1,
      ArrowUp: -1,
      PageDown: page,
      PageUp: -page,
      Home: -rows.length,
      End: rows.length,
    };
    const step = steps[event.key];
    const next = rows[Math.min(Math.max(active + (step ?? 0), 0), rows.length - 1)];
    if (step !== undefined && next) {
      event.preventDefault();
      follow.current = next.key !== rows[active]?.key;
      setActive(next.key);
    }
  };
  const onScroll = (event: React.UIEvent) => setScrollTop(event.currentTarget.scrollTop);
  return { scroller, scrollTop, active, setActive, onKeyDown, onScroll };
}

interface Bars {
  rows: OverviewRow[];
  first: number;
  end: number;
  scrollTop: number;
  layout: OverviewLayout;
  viewHeight: number;
  width: number;
  axis: TimeAxisBoxes;
  colours: TimelineTheme;
}

/** Paints the bars in sight, and the axis below them, on a canvas that does not scroll. */
function useBars(canvas: React.RefObject<HTMLCanvasElement | null>, bars: Bars): void {
  const { rows, first, end, scrollTop, layout, viewHeight, width, axis, colours } = bars;
  useLayoutEffect(() => {
    const ctx = canvas.current?.getContext('2d');
    if (!canvas.current || !ctx) {
      return;
    }
    const height = viewHeight + AXIS_HEIGHT;
    const ratio = window.devicePixelRatio || 1;
    canvas.current.width = Math.round(width * ratio);
    canvas.current.height = Math.round(height * ratio);
    canvas.current.style.width = `${width}px`;
    canvas.current.style.height = `${height}px`;
    ctx.scale(ratio, ratio);
    timeAxis.paint(ctx, axis, colours);
    ctx.save();
    ctx.beginPath();
    ctx.rect(0, 0, width, viewHeight);
    ctx.clip();
    ctx.translate(0, first * layout.rowHeight - scrollTop);
    for (const row of rows.slice(first, end)) {
      state.paint(ctx, row.boxes, colours);
      ctx.translate(0, layout.rowHeight);
    }
    ctx.restore();
  }, [canvas, rows, first, end, scrollTop, layout, viewHeight, width, axis, colours]);
}

const overviewStyles = (theme: GrafanaTheme2) => ({
  root: css({ position: 'relative', overflow: 'hidden' }),
  header: css({
    display: 'flex',
    alignItems: 'center',
    justifyContent: 'space-between',
    gap: theme.spacing(1),
    padding: theme.spacing(0, 1),
  }),
  summary: css({
    flex: 1,
    minWidth: 0,
    overflow: 'hidden',
    textOverflow: 'ellipsis',
    whiteSpace: 'nowrap',
    fontSize: theme.typography.bodySmall.fontSize,
    color: theme.colors.text.secondary,
    fontVariantNumeric: 'tabular-nums',
  }),
  stage: css({ position: 'relative', borderTop: `1px solid ${theme.colors.border.weak}` }),
  legend: css({
    display: 'flex',
    flexWrap: 'wrap',
    alignItems: 'center',
    gap: theme.spacing(0, 1.5),
    margin: 0,
    padding: theme.spacing(0, 1),
    overflow: 'hidden',
    listStyle: 'none',
    whiteSpace: 'nowrap',
    fontSize: theme.typography.bodySmall.fontSize,
    color: theme.colors.text.secondary,
  }),
  canvas: css({ position: 'absolute', top: 0, left: 0 }),
  scroller: css({ position: 'absolute', inset: '0 0 auto 0', overflowX: 'hidden', overflowY: 'auto' }),
  axis: css({ position: 'absolute', inset: 0, pointerEvents: 'none' }),
  list: css({ position: 'relative', margin: 0, padding: 0, listStyle: 'none' }),
  item: css({ position: 'absolute', left: 0, right: 0 }),
  row: css({
    // A button would centre its content, and the names would stand on the bars of a phone.
    display: 'flex',
    alignItems: 'flex-start',
    width: '100%',
    height: '100%',
    padding: 0,
    border: 'none',
    borderRadius: theme.shape.radius.default,
    background: 'none',
    textAlign: 'left',
    font: 'inherit',
    fontSize: 12,
    color: theme.colors.text.primary,
    '&:hover': { background: theme.colors.action.hover },
    '&:focus-visible': { outline: `2px solid ${theme.colors.primary.border}`, outlineOffset: -2, boxShadow: 'none' },
  }),
  cells: css({ display: 'flex', alignItems: 'center', paddingLeft: 8 }),
  name: css({
    flex: 'none',
    paddingRight: 8,
    overflow: 'hidden',
    textOverflow: 'ellipsis',
    whiteSpace: 'nowrap',
    fontWeight: theme.typography.fontWeightMedium,
  }),
  state: css({
    display: 'flex',
    flex: 'none',
    alignItems: 'center',
    gap: 4,
    whiteSpace: 'nowrap',
    color: theme.colors.text.secondary,
  }),
  bad: css({ fontWeight: theme.typography.fontWeightMedium }),
  // Said, not shown: the glyphs show it.
  spoken: css({
    position: 'absolute',
    width: 1,
    height: 1,
    overflow: 'hidden',
    clipPath: 'inset(50%)',
    whiteSpace: 'pre',
  }),
  counts: css({ display: 'flex', flex: 'none', alignItems: 'center', gap: 8, fontVariantNumeric: 'tabular-nums' }),
  count: css({ display: 'flex', alignItems: 'center', gap: 3 }),
  level: css({ display: 'flex', '--glyph-ink': theme.colors.background.primary }),
});
