import { css, cx } from '@emotion/css';
import type { AbsoluteTimeRange, EventBus, GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import React, { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import uPlotCss from 'uplot/dist/uPlot.min.css';
import { texts } from '../texts.ts';
import { tickLabel, type TimeWriter } from '../time.ts';
import type { Timeline } from '../timeline/model.ts';
import type { LabelBox } from '../timeline/labels.ts';
import type { PlaceOptions } from '../timeline/layer.ts';
import type { SwitchedLayer } from '../timeline/layers/index.ts';
import { percentTicks, placePicture, type Picture } from '../timeline/picture.ts';
import { clampedX, rightOf, type Band } from '../timeline/scale.ts';
import { selectedSpan } from '../timeline/selected.ts';
import type { TimelineTheme } from '../timeline/theme.ts';
import { valueText } from './hostValue.ts';
import { Lane, labelKey } from './Lane.tsx';
import { stateName } from './marks.ts';
import { textMeasure } from './measure.ts';
import { shownIds, type Lane as LaneName, type Selection } from './selection.ts';
import { StateBar } from './StateBar.tsx';
import { TimeLabels } from './TimeLabels.tsx';
import { Tooltip, type Hover } from './Tooltip.tsx';
import { useAfterPaint } from './useAfterPaint.ts';
import { usePan } from './usePan.ts';
import { useSharedCrosshair } from './useSharedCrosshair.ts';
import { useUPlot } from './useUPlot.ts';

interface ChartProps {
  timeline: Timeline;
  range: { from: number; to: number };
  width: number;
  height: number;
  hidden: ReadonlySet<SwitchedLayer>;
  thresholds: PlaceOptions['thresholds'];
  colours: TimelineTheme;
  writer: TimeWriter;
  eventBus: EventBus;
  selection: Selection | null;
  onSelect(selection: Selection): void;
  onChangeTimeRange(range: AbsoluteTimeRange): void;
  /** Shown over the CPU's band. */
  children?: React.ReactNode;
}

type Pointed = Exclude<Hover, { kind: 'label' }> | { kind: 'label'; lane: LaneName; key: string };

/** A label is known by its key, so that it is found again where new data moved it, and is gone where they took it away. */
function hoverOf(pointed: Pointed | null, { boxes }: Picture, timeline: Timeline): Hover | null {
  if (pointed?.kind !== 'label') {
    return pointed;
  }
  const { lane, key } = pointed;
  const box = boxes[lane].boxes.find((one) => labelKey(one, timeline[lane]) === key);
  return box ? { ...pointed, box } : null;
}

/** The lanes of labels in the order in which the arrow keys walk through them: as they stand. */
const LABEL_LANES: readonly LaneName[] = ['verdicts', 'alarms', 'operations'];
const NAMED_BANDS = ['hostState', 'connectivity', 'verdicts', 'alarms', 'operations', 'stateBar'] as const;
type NamedBand = (typeof NAMED_BANDS)[number];

/** From this width on the names of the bands are written out. */
const WIDE = 560;
const LABEL_FONT_PX = 12;

/** The picture: a canvas with what is drawn, and over it, as HTML, what is read and clicked. */
export function Chart(props: ChartProps) {
  const { timeline, width, height, colours, writer, selection, onSelect, onChangeTimeRange } = props;
  const styles = useStyles2(chartStyles);
  const picture = usePicture(props);
  const { bands, boxes, scale } = picture;
  const plot = useRef<HTMLDivElement>(null);
  const root = useRef<HTMLDivElement>(null);
  const frame = useRef<HTMLDivElement>(null);
  const isPainted = useAfterPaint();
  const pan = usePan(frame, scale, onChangeTimeRange);
  const [pointed, setPointed] = useState<Pointed | null>(null);
  const hover = hoverOf(pointed, picture, timeline);
  const pointing = useRef(false);
  const { remote, tell } = useSharedCrosshair(props.eventBus);

  const onPoint = useCallback(
    (point: { time: number; x: number; y: number } | null) => {
      // Also drawing anew moves uPlot's cursor; only a pointer that was there can leave.
      if (point || pointing.current) {
        tell(point?.time ?? null);
        setPointed((before) => (point ? { kind: 'moment', ...point } : before?.kind === 'label' ? before : null));
      }
      pointing.current = point !== null;
    },
    [tell],
  );
  const zoom = useCallback(
    (from: number, to: number) => onChangeTimeRange({ from: Math.floor(from), to: Math.ceil(to) }),
    [onChangeTimeRange],
  );
  const select = useCallback(
    (chosen: Selection) => {
      // The labels move aside for the drawer, which tells more than the tooltip did.
      setPointed(null);
      onSelect(chosen);
    },
    [onSelect],
  );
  const selectState = useCallback((at: number) => select({ lane: 'state', at }), [select]);
  useUPlot(plot, {
    picture,
    cpu: timeline.cpu,
    theme: colours,
    onPoint,
    onZoom: zoom,
    onZoomOut: () => zoom(scale.from - (scale.to - scale.from) / 2, scale.to + (scale.to - scale.from) / 2),
    onClick: ({ x, y, time }) => {
      const onBar = y >= bands.stateBar.top && y < bands.stateBar.top + bands.stateBar.height;
      const box = onBar ? boxes.state.find((one) => one.x <= x && x < one.x + one.width) : undefined;
      if (box) {
        // What is drawn wider than it lasted is meant as a whole.
        select({ lane: 'state', at: Math.round(Math.min(Math.max(time, box.from), Math.max(box.to - 1, box.from))) });
      }
    },
  });

  const onLabel = useCallback((lane: LaneName, key: string | null) => {
    // The pointer moves often; on the same label it changes nothing.
    setPointed((before) =>
      key === null
        ? null
        : before?.kind === 'label' && before.lane === lane && before.key === key
          ? before
          : { kind: 'label', lane, key },
    );
  }, []);
  const names = width >= WIDE ? texts.lanes : texts.lanesShort;
  const lane = (name: LaneName) => (
    <Lane
      key={name}
      lane={name}
      boxes={boxes[name].boxes}
      timeline={timeline}
      writer={writer}
      selection={selection}
      onHover={onLabel}
      onSelect={select}
    />
  );
  const chosen = selection && chosenSpan(selection, picture, timeline);
  const guided = hover?.kind === 'label' ? hover.box : null;
  const crosshair = remote !== null && remote >= scale.from && remote <= scale.to ? clampedX(scale, remote) : null;
  return (
    <div
      ref={root}
      className={styles.root}
      style={{ width, height }}
      role="group"
      aria-label={texts.chart(timeline.vm?.name ?? '')}
      data-testid="faultline-chart"
      // How many marks its labels stand for, once they can be reached: what a test waits for after new data.
      data-marks={isPainted ? marksIn(boxes) : undefined}
    >
      <div ref={frame} className={styles.frame}>
        <div className={styles.picture}>
          {/* Under the canvas, so that they cross no label. */}
          <div className={styles.overlay}>
            {chosen && (
              <div
                className={cx(styles.guide, styles.chosen)}
                data-testid="faultline-selected-moment"
                style={{
                  left: Math.round(chosen.left),
                  width: chosen.width,
                  top: bands.cpu.top,
                  height: bands.axis.top - bands.cpu.top,
                }}
              />
            )}
            {guided && (
              <div
                className={styles.guide}
                style={{
                  left: guided.anchor,
                  width: Math.max(guided.spanRight - guided.anchor, 1),
                  top: bands.cpu.top,
                  height: bands.stateBar.top + bands.stateBar.height - bands.cpu.top,
                }}
              />
            )}
            {crosshair !== null && (
              <div
                className={cx(styles.guide, styles.crosshair)}
                data-testid="faultline-crosshair"
                style={{ left: crosshair, top: bands.cpu.top, height: bands.axis.top - bands.cpu.top }}
              />
            )}
          </div>
          <div ref={plot} className={styles.plot} />
          <div className={styles.overlay}>
            {isPainted && LABEL_LANES.map(lane)}
            {isPainted && (
              <StateBar
                boxes={boxes.state}
                band={bands.stateBar}
                scale={scale}
                colours={colours}
                chosen={selection?.lane === 'state' ? selection.at : null}
                beside={guided?.anchor ?? null}
                onSelect={selectState}
              />
            )}
            <TimeLabels boxes={boxes.timeAxis} width={rightOf(scale) + 14} />
          </div>
        </div>
      </div>
      <div className={styles.overlay}>
        <div
          data-testid="faultline-cpu"
          className={styles.band}
          style={{ left: scale.left, width: scale.width, top: bands.cpu.top, height: bands.cpu.height }}
        >
          {props.children}
        </div>
        <div
          data-testid="faultline-time-axis"
          className={cx(styles.band, styles.timeAxis)}
          style={{ left: scale.left, width: scale.width, top: bands.axis.top, height: bands.axis.height }}
          {...pan}
        />
        {NAMED_BANDS.filter((band) => bands[band].height > 0).map((band) => (
          <LaneName key={band} name={names[band]} picture={picture} band={band} />
        ))}
        <div
          className={styles.axisName}
          style={{ left: width >= WIDE ? 4 : scale.left + 4, ...middleOf(bands.cpu, width) }}
        >
          {names.cpu}
        </div>
        {percentTicks(bands.cpu).map(({ percent, y }) => (
          <div key={percent} className={styles.tick} style={{ right: width - scale.left + 6, top: y - 7 }}>
            {percent}%
          </div>
        ))}
        {boxes.others.ticks.map(({ y, label }) => (
          <div key={y} className={styles.tick} style={{ left: rightOf(scale) + 6, top: y - 7 }}>
            {label}
          </div>
        ))}
      </div>
      <Tooltip hover={hover} root={root} timeline={timeline} picture={picture} colours={colours} writer={writer} />
    </div>
  );
}

function marksIn(boxes: Picture['boxes']): number {
  const labels = LABEL_LANES.flatMap((lane): LabelBox[] => boxes[lane].boxes);
  return labels.reduce((sum, { count }) => sum + count, 0);
}

/** Where what is open began, and for a state how long it was. */
function chosenSpan(selection: Selection, { boxes, scale }: Picture, timeline: Timeline) {
  if (selection.lane !== 'state') {
    return selectedSpan(boxes[selection.lane].boxes, timeline[selection.lane], shownIds(selection), scale);
  }
  const box = boxes.state.find(({ from, to }) => from <= selection.at && selection.at < to);
  return box ? { left: box.x, width: box.width } : null;
}

/** Beside the percent labels where there is room, else in the upper corner of the band. */
function middleOf({ top, height }: Band, width: number): { top: number } {
  return { top: width >= WIDE ? top + height / 2 - 7 : top + 2 };
}

function LaneName({ name, picture, band }: { name: string; picture: Picture; band: NamedBand }) {
  const styles = useStyles2(chartStyles);
  const { top, height } = picture.bands[band];
  return (
    <div className={styles.laneName} style={{ top, height, width: picture.scale.left - 8 }}>
      {name}
    </div>
  );
}

function usePicture(props: ChartProps): Picture {
  const { timeline, range, width, height, hidden, thresholds, colours, writer } = props;
  // Fonts may arrive after the first picture; then every label is measured again.
  const [fontsLoaded, setFontsLoaded] = useState(() => document.fonts.status === 'loaded');
  useEffect(() => {
    let here = true;
    void document.fonts.ready.then(() => here && setFontsLoaded(true));
    return () => {
      here = false;
    };
  }, []);
  const measure = useMemo(
    () => ({ loaded: fontsLoaded, width: textMeasure(colours.label.font) }),
    [colours.label.font, fontsLoaded],
  );
  const { from, to } = range;
  return useMemo(
    () =>
      placePicture(timeline, {
        width,
        height,
        from,
        to,
        gutter: width >= WIDE ? 78 : 46,
        maxLabelWidth: width >= WIDE ? 190 : 140,
        hidden,
        valueLabel: valueText,
        measure: measure.width,
        words: { ...texts, state: (state) => stateName(state, colours) },
        thresholds,
        zoneOffsetMs: writer.zoneOffsetMs,
        timeLabel: (time, stepMs) => tickLabel(writer, time, stepMs),
      }),
    [timeline, from, to, width, height, hidden, thresholds, colours, measure, writer],
  );
}

const chartStyles = (theme: GrafanaTheme2) => ({
  root: css({ position: 'relative', overflow: 'hidden' }),
  // uPlot's own rules, kept to this chart.
  plot: css(uPlotCss, {
    position: 'absolute',
    inset: 0,
    '& .u-cursor-x': { borderRight: `1px dashed ${theme.colors.text.disabled}` },
    '& .u-cursor-y': { display: 'none' },
    '& .u-select': { background: theme.colors.action.selected },
    '& .u-over': { cursor: 'crosshair' },
  }),
  overlay: css({ position: 'absolute', inset: 0, pointerEvents: 'none', fontSize: LABEL_FONT_PX }),
  frame: css({ position: 'absolute', inset: 0 }),
  picture: css({ position: 'absolute', inset: 0 }),
  band: css({ position: 'absolute' }),
  timeAxis: css({ pointerEvents: 'auto', cursor: 'grab', touchAction: 'pan-y', '&:active': { cursor: 'grabbing' } }),
  guide: css({
    position: 'absolute',
    background: theme.colors.action.selected,
    borderLeft: `1px solid ${theme.colors.text.primary}`,
  }),
  chosen: css({ boxSizing: 'content-box' }),
  crosshair: css({ width: 0, borderLeft: `1px dashed ${theme.colors.text.secondary}`, background: 'none' }),
  tick: css({
    position: 'absolute',
    fontSize: 11,
    lineHeight: '14px',
    whiteSpace: 'nowrap',
    color: theme.colors.text.secondary,
  }),
  axisName: css({ position: 'absolute', fontSize: 11, lineHeight: '14px', color: theme.colors.text.secondary }),
  laneName: css({
    position: 'absolute',
    left: 0,
    display: 'flex',
    alignItems: 'center',
    justifyContent: 'flex-end',
    fontSize: 11,
    lineHeight: 1.1,
    color: theme.colors.text.secondary,
  }),
});
