import { css, cx, keyframes } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import React, { useState } from 'react';
import { texts } from '../texts.ts';
import { fullTime, type TimeWriter } from '../time.ts';
import type { LabelBox } from '../timeline/labels.ts';
import type { AlarmMark, OperationMark, Timeline } from '../timeline/model.ts';
import { isSelected } from '../timeline/selected.ts';
import type { TimelineTheme } from '../timeline/theme.ts';
import { Glyph } from './Glyph.tsx';
import { shownIds, type Lane as LaneName, type Selection } from './selection.ts';

interface LaneProps {
  lane: LaneName;
  boxes: LabelBox[];
  timeline: Timeline;
  colours: TimelineTheme;
  writer: TimeWriter;
  selection: Selection | null;
  /** The id of the label's first mark; null when the pointer or the focus leaves. */
  onHover(lane: LaneName, id: string | null): void;
  onSelect(selection: Selection): void;
}

/**
 * The labels of one lane as buttons (A14). Tab reaches the lane, the arrow keys walk along it in order of time, so that
 * a lane of many labels is one stop on the way through the page.
 */
export const Lane = React.memo(function Lane(props: LaneProps) {
  const { lane, boxes, timeline, colours, writer, selection, onHover, onSelect } = props;
  const styles = useStyles2(laneStyles);
  const [current, setCurrent] = useState('');
  const marks: readonly (OperationMark | AlarmMark)[] = timeline[lane];
  const chosen = selection?.lane === lane ? shownIds(selection) : [];
  const idOf = (box: LabelBox) => marks[box.members[0] ?? 0]?.id ?? '';
  const reachable = boxes.some((box) => idOf(box) === current) ? current : boxes[0] && idOf(boxes[0]);

  const walk = (event: React.KeyboardEvent<HTMLDivElement>) => {
    const buttons = [...event.currentTarget.querySelectorAll('button')];
    const at = buttons.findIndex((button) => button === document.activeElement);
    const next = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: buttons.length - 1 }[event.key];
    const target = next === undefined ? undefined : buttons[next];
    if (target) {
      event.preventDefault();
      target.focus();
    }
  };
  return (
    <div role="toolbar" aria-label={texts.lanes[lane]} onKeyDown={walk}>
      {boxes.map((box) => {
        const ids = box.members.map((member) => marks[member]?.id ?? '');
        const mark = marks[box.worst];
        if (!mark) {
          return null;
        }
        const look = lookOf(mark, colours);
        const several = ids.length > 1;
        const selected = isSelected(box, marks, chosen);
        return (
          <button
            key={ids[0]}
            type="button"
            tabIndex={ids[0] === reachable ? 0 : -1}
            aria-label={several ? clusterName(lane, ids.length, mark) : labelName(mark, writer)}
            aria-haspopup="dialog"
            aria-expanded={selected}
            className={cx(styles.label, look.loud && styles.loud, look.className && styles[look.className], {
              [styles.several]: several,
              [styles.selected]: selected,
            })}
            style={{
              left: box.x,
              top: box.y,
              width: box.width,
              height: box.height,
              ['--mark' as string]: look.colour,
            }}
            onClick={() => onSelect({ lane, ids, open: several ? null : mark.id })}
            // Not on entering: a label that slides under a pointer at rest is not what the reader points at.
            onMouseMove={() => onHover(lane, ids[0] ?? null)}
            onMouseLeave={() => onHover(lane, null)}
            onFocus={(event) => {
              setCurrent(ids[0] ?? '');
              // From nowhere it comes back when the drawer closes, which is no question about the label.
              if (event.relatedTarget && event.currentTarget.matches(':focus-visible')) {
                onHover(lane, ids[0] ?? null);
              }
            }}
            onBlur={() => onHover(lane, null)}
            {...(several ? clusterData(lane, ids.length, mark) : markData(mark))}
          >
            {box.startsBefore && <span className={styles.before} aria-hidden="true" />}
            <span className={styles.icon}>
              <Glyph shape={shapeOf(mark)} size={'level' in mark ? 14 : 12} />
            </span>
            <span className={styles.text}>{box.text}</span>
          </button>
        );
      })}
    </div>
  );
});

/** The glyph of a mark: an alarm's level, an operation's result. */
export function shapeOf(mark: OperationMark | AlarmMark): string {
  return 'level' in mark ? mark.level : mark.result;
}

export function colourOf(mark: OperationMark | AlarmMark, colours: TimelineTheme): string {
  return 'level' in mark ? colours.alarm[mark.level] : colours.operation[mark.result];
}

function lookOf(mark: OperationMark | AlarmMark, colours: TimelineTheme) {
  const shape = shapeOf(mark);
  return {
    colour: colourOf(mark, colours),
    loud: shape === 'failed' || shape === 'critical',
    className: shape === 'running' || shape === 'timeout' ? (shape as 'running' | 'timeout') : null,
  };
}

function labelName(mark: OperationMark | AlarmMark, writer: TimeWriter): string {
  const when = fullTime(writer, mark.from);
  const cause = mark.cause ? `, ${mark.cause}` : '';
  return 'level' in mark
    ? `${texts.level(mark.level)} alarm ${mark.name}, ${when}${cause}`
    : `${texts.operationKind(mark.kind)} ${texts.result(mark.result)}, ${when}, ${texts.tooltip.by(mark.initiator)}${cause}`;
}

function clusterName(lane: LaneName, count: number, worst: OperationMark | AlarmMark): string {
  return texts.cluster(
    texts.count[lane](count),
    'level' in worst ? texts.level(worst.level) : texts.result(worst.result),
  );
}

function markData(mark: OperationMark | AlarmMark): Record<`data-${string}`, string> {
  return 'level' in mark
    ? { 'data-testid': 'faultline-alarm', 'data-id': mark.id, 'data-level': mark.level }
    : {
        'data-testid': 'faultline-operation',
        'data-id': mark.id,
        'data-from': String(mark.from),
        'data-kind': mark.kind,
        'data-result': mark.result,
      };
}

function clusterData(
  lane: LaneName,
  count: number,
  worst: OperationMark | AlarmMark,
): Record<`data-${string}`, string> {
  return {
    'data-testid': 'faultline-cluster',
    'data-lane': lane,
    'data-count': String(count),
    'data-worst': shapeOf(worst),
  };
}

const laneStyles = (theme: GrafanaTheme2) => {
  const stripes = keyframes({ to: { backgroundPosition: '24px 0' } });
  return {
    label: css({
      position: 'absolute',
      display: 'flex',
      alignItems: 'center',
      gap: 4,
      padding: '0 7px 0 4px',
      border: `1px solid color-mix(in srgb, var(--mark) 55%, ${theme.colors.background.primary})`,
      borderRadius: 4,
      background: `color-mix(in srgb, var(--mark) 12%, ${theme.colors.background.primary})`,
      color: theme.colors.text.primary,
      fontSize: 12,
      fontWeight: theme.typography.fontWeightMedium,
      lineHeight: 1,
      letterSpacing: 0,
      textAlign: 'left',
      cursor: 'pointer',
      pointerEvents: 'auto',
      overflow: 'hidden',
      '--glyph-ink': theme.colors.background.primary,
      '&:hover': { borderColor: 'var(--mark)', zIndex: 1 },
      '&:focus-visible': {
        outline: `2px solid ${theme.colors.primary.border}`,
        outlineOffset: 1,
        zIndex: 1,
      },
    }),
    // What failed is told by a filled, square label and its cross, not by red alone.
    loud: css({
      borderRadius: 0,
      background: theme.isDark ? '#cc3811' : '#c22e0a',
      borderColor: theme.isDark ? '#ff8c6b' : '#8f1f00',
      color: '#ffffff',
      '--glyph-ink': '#b02a08',
      '& > span': { color: '#ffffff' },
    }),
    timeout: css({ borderStyle: 'dashed', borderColor: 'var(--mark)' }),
    running: css({
      borderColor: 'var(--mark)',
      backgroundImage:
        'linear-gradient(90deg, transparent 0 50%, color-mix(in srgb, var(--mark) 22%, transparent) 50% 100%)',
      backgroundSize: '24px 100%',
      [theme.transitions.handleMotion('no-preference')]: { animation: `${stripes} 2.4s linear infinite` },
    }),
    several: css({
      justifyContent: 'center',
      borderRadius: 10,
      padding: '0 4px',
      borderStyle: 'double',
      borderWidth: 3,
      fontVariantNumeric: 'tabular-nums',
    }),
    selected: css({ outline: `2px solid ${theme.colors.text.primary}`, outlineOffset: 0, zIndex: 2 }),
    before: css({
      width: 0,
      borderTop: '4px solid transparent',
      borderBottom: '4px solid transparent',
      borderRight: '5px solid currentColor',
      flex: 'none',
    }),
    icon: css({ display: 'flex', flex: 'none', color: 'var(--mark)' }),
    text: css({ overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap', lineHeight: '16px' }),
  };
};
