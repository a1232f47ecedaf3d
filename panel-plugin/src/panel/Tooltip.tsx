import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Portal, useStyles2 } from '@grafana/ui';
import React, { useLayoutEffect, useRef, useState } from 'react';
import { texts } from '../texts.ts';
import { clockTime, duration, fullTime, type TimeWriter } from '../time.ts';
import type { LabelBox } from '../timeline/labels.ts';
import { CONNECTIVITY_TONE } from '../timeline/layers/connectivity.ts';
import { HOST_TONE } from '../timeline/layers/hostState.ts';
import type { StateInterval, Timeline } from '../timeline/model.ts';
import { momentAt } from '../timeline/moment.ts';
import type { Picture } from '../timeline/picture.ts';
import type { TimelineTheme } from '../timeline/theme.ts';
import { Glyph } from './Glyph.tsx';
import { valueText } from './hostValue.ts';
import { causeOf, colourOf, laneOf, marksOf, nameOf, severityOf, shapeOf, stateName, type Mark } from './marks.ts';
import type { Lane as LaneName } from './selection.ts';

/** What the pointer is on: a moment of the chart, or a label. x and y are in the chart. */
export type Hover =
  | { kind: 'moment'; time: number; x: number; y: number }
  | { kind: 'label'; lane: LaneName; key: string; box: LabelBox };

interface TooltipProps {
  hover: Hover | null;
  root: React.RefObject<HTMLDivElement | null>;
  timeline: Timeline;
  picture: Picture;
  colours: TimelineTheme;
  writer: TimeWriter;
}

const OFFSET_PX = 14;
/** How near an event must be to the pointer to be told of. */
const REACH_PX = 4;
const MOST_EVENTS = 5;

/** Everything about what the pointer is on, beside it, and always within the window. */
export function Tooltip({ hover, root, ...about }: TooltipProps) {
  const styles = useStyles2(tooltipStyles);
  const box = useRef<HTMLDivElement>(null);
  const [place, setPlace] = useState({ left: -9999, top: -9999 });
  useLayoutEffect(() => {
    if (!hover || !box.current || !root.current) {
      return;
    }
    const chart = root.current.getBoundingClientRect();
    const own = box.current.getBoundingClientRect();
    const [x, y] =
      hover.kind === 'moment'
        ? [chart.left + hover.x, chart.top + hover.y]
        : [chart.left + hover.box.x - OFFSET_PX, chart.top + hover.box.y];
    const rightward = x + OFFSET_PX + own.width <= window.innerWidth;
    // Above a label, so that the labels beside and under it stay in sight; at the pointer otherwise.
    const above = y - OFFSET_PX - own.height;
    const below = Math.min(y + OFFSET_PX, window.innerHeight - own.height - 4);
    setPlace({
      left: Math.max(4, rightward ? x + OFFSET_PX : Math.min(x, window.innerWidth) - OFFSET_PX - own.width),
      top: Math.max(4, hover.kind === 'label' && above > 4 ? above : below),
    });
  }, [hover, root]);
  if (!hover) {
    return null;
  }
  return (
    <Portal>
      <div ref={box} className={styles.box} style={place} role="tooltip" data-testid="faultline-tooltip">
        {hover.kind === 'moment' ? <MomentTip hover={hover} {...about} /> : <LabelTip hover={hover} {...about} />}
      </div>
    </Portal>
  );
}

type AboutProps = Omit<TooltipProps, 'hover' | 'root'>;

function MomentTip({ hover, timeline, picture, colours, writer }: AboutProps & { hover: Hover & { kind: 'moment' } }) {
  const styles = useStyles2(tooltipStyles);
  const { scale, boxes } = picture;
  const reachMs = (REACH_PX * (scale.to - scale.from)) / scale.width;
  const moment = momentAt(timeline, hover.time, reachMs);
  const box = boxes.state.find((one) => one.x <= hover.x && hover.x < one.x + one.width);
  const merged = box && box.count > 1 ? box : null;
  const nothingYet = hover.time > timeline.now;
  return (
    <>
      <div className={styles.time}>{fullTime(writer, hover.time)}</div>
      {!nothingYet && (
        <>
          <Row name={texts.tooltip.cpu} swatch={colours.cpu.line}>
            {moment.cpu === null ? texts.tooltip.noSample : `${moment.cpu.toFixed(1)}%`}
          </Row>
          <Row
            name={texts.tooltip.state}
            swatch={moment.state ? colours.state[moment.state.state].fill : colours.noData.ink}
          >
            {moment.state ? <StateWords state={moment.state} colours={colours} /> : texts.tooltip.noData}
            {merged && (
              <div className={styles.weak}>{texts.tooltip.merged(merged.count, duration(merged.to - merged.from))}</div>
            )}
          </Row>
          {moment.others.map(({ name, unit, value }, i) => (
            <Row key={name} name={name} swatch={colours.others[i % colours.others.length] ?? colours.axis}>
              {value === null ? texts.tooltip.noSample : valueText(value, unit)}
            </Row>
          ))}
          {(moment.host ?? moment.state) && (
            <Row
              name={texts.tooltip.host}
              {...(moment.host ? { swatch: colours.tone[HOST_TONE[moment.host.state]].fill } : {})}
            >
              {moment.host?.host ?? moment.state?.host}
              {moment.host && (
                <div className={styles.weak}>
                  {texts.hostState(moment.host.state)}
                  {moment.host.reasons && ` (${moment.host.reasons})`}
                </div>
              )}
            </Row>
          )}
          {moment.connectivity && (
            <Row name={texts.tooltip.guest} swatch={colours.tone[CONNECTIVITY_TONE[moment.connectivity.verdict]].fill}>
              {texts.connectivity(moment.connectivity.verdict)}
            </Row>
          )}
          <Events
            marks={[...moment.verdicts, ...moment.alarms, ...moment.operations]}
            colours={colours}
            writer={writer}
          />
        </>
      )}
    </>
  );
}

function StateWords({ state, colours }: { state: StateInterval; colours: TimelineTheme }) {
  const styles = useStyles2(tooltipStyles);
  return (
    <>
      {stateName(state.state, colours)}
      <div className={styles.weak}>
        {state.raw} {texts.tooltip.since(duration(state.to - state.from))}
      </div>
    </>
  );
}

function LabelTip({ hover, timeline, colours, writer }: AboutProps & { hover: Hover & { kind: 'label' } }) {
  const styles = useStyles2(tooltipStyles);
  const all = marksOf(timeline, hover.lane);
  const marks = hover.box.members.flatMap((member) => all[member] ?? []);
  const [mark] = marks;
  if (!mark || hover.box.count > 1) {
    return (
      <>
        <div className={styles.time}>{texts.count[hover.lane](hover.box.count)}</div>
        <Events marks={marks} colours={colours} writer={writer} />
        {hover.box.counted && <div className={styles.weak}>{texts.onlyCounted(hover.box.counted.count)}</div>}
      </>
    );
  }
  return (
    <>
      <div className={styles.time}>{fullTime(writer, mark.from)}</div>
      <Event mark={mark} colours={colours} writer={writer} />
      {causeOf(mark) && <div className={styles.cause}>{causeOf(mark)}</div>}
      <div className={styles.weak}>{howLong(mark)}</div>
      <div className={styles.weak}>{texts.tooltip.clickHint}</div>
    </>
  );
}

function howLong(mark: Mark): string {
  if ('level' in mark) {
    const lasted = mark.to === null ? texts.tooltip.active : texts.tooltip.since(duration(mark.to - mark.from));
    const times = mark.occurrences > 1 ? [texts.tooltip.occurrences(mark.occurrences)] : [];
    const suppressed = mark.suppressed === '' ? [] : [texts.suppressed(mark.suppressed)];
    return [lasted, ...times, ...suppressed].join(', ');
  }
  if ('fault' in mark) {
    return mark.recommended;
  }
  return mark.to === null
    ? texts.result(mark.result)
    : `${texts.tooltip.by(mark.initiator)}, ${duration(mark.to - mark.from)}`;
}

function Events(props: { marks: Mark[]; colours: TimelineTheme; writer: TimeWriter }) {
  const styles = useStyles2(tooltipStyles);
  const { marks: unordered, ...rest } = props;
  // Of many only some are shown: never one that went well in place of one that failed.
  const marks = [...unordered].sort((a, b) => severityOf(b) - severityOf(a) || a.from - b.from);
  return (
    <>
      {marks.slice(0, MOST_EVENTS).map((mark) => (
        <Event key={`${laneOf(mark)} ${mark.id}`} mark={mark} {...rest} withTime />
      ))}
      {marks.length > MOST_EVENTS && (
        <div className={styles.weak}>{texts.tooltip.more(marks.length - MOST_EVENTS)}</div>
      )}
    </>
  );
}

function Event(props: { mark: Mark; colours: TimelineTheme; writer: TimeWriter; withTime?: boolean }) {
  const { mark, colours, writer, withTime } = props;
  const styles = useStyles2(tooltipStyles);
  return (
    <div className={styles.event}>
      <span className={styles.glyph} style={{ color: colourOf(laneOf(mark), shapeOf(mark), colours) }}>
        <Glyph shape={shapeOf(mark)} size={12} />
      </span>
      <span className={styles.eventName}>{nameOf(mark)}</span>
      {withTime && <span className={styles.weak}>{clockTime(writer, mark.from)}</span>}
    </div>
  );
}

function Row({ name, swatch, children }: { name: string; swatch?: string; children: React.ReactNode }) {
  const styles = useStyles2(tooltipStyles);
  return (
    <div className={styles.row}>
      <span className={styles.swatch} style={{ background: swatch ?? 'transparent' }} />
      <span className={styles.name}>{name}</span>
      <span>{children}</span>
    </div>
  );
}

const tooltipStyles = (theme: GrafanaTheme2) => ({
  box: css({
    position: 'fixed',
    zIndex: theme.zIndex.tooltip,
    minWidth: 180,
    maxWidth: 340,
    padding: theme.spacing(1, 1.25),
    borderRadius: theme.shape.radius.default,
    border: `1px solid ${theme.colors.border.weak}`,
    background: theme.colors.background.elevated ?? theme.colors.background.secondary,
    boxShadow: theme.shadows.z3,
    color: theme.colors.text.primary,
    fontSize: theme.typography.bodySmall.fontSize,
    lineHeight: 1.45,
    pointerEvents: 'none',
    overflowWrap: 'anywhere',
  }),
  time: css({
    fontWeight: theme.typography.fontWeightMedium,
    marginBottom: theme.spacing(0.5),
  }),
  row: css({
    display: 'grid',
    gridTemplateColumns: '10px minmax(44px, max-content) 1fr',
    gap: 6,
    alignItems: 'baseline',
  }),
  swatch: css({ width: 9, height: 9, borderRadius: 2, alignSelf: 'start', marginTop: 5 }),
  name: css({ color: theme.colors.text.secondary }),
  weak: css({ color: theme.colors.text.secondary, whiteSpace: 'normal' }),
  cause: css({ margin: theme.spacing(0.5, 0) }),
  event: css({ display: 'flex', alignItems: 'baseline', gap: 6, marginTop: 2 }),
  glyph: css({ alignSelf: 'center', display: 'flex', '--glyph-ink': theme.colors.background.primary }),
  eventName: css({ flex: 1, fontWeight: theme.typography.fontWeightMedium }),
});
