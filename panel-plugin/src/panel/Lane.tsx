import { css, cx, keyframes } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import React, { useState } from 'react';
import { texts } from '../texts.ts';
import type { TimeWriter } from '../time.ts';
import type { LabelBox } from '../timeline/labels.ts';
import type { AlarmMark, Timeline } from '../timeline/model.ts';
import { isSelected } from '../timeline/selected.ts';
import { lookName, marksOf, spokenName, type Mark } from './marks.ts';
import { walk } from './walk.ts';
import { shownIds, type LabelSelection, type Lane as LaneName, type Selection } from './selection.ts';

interface LaneProps {
  lane: LaneName;
  boxes: LabelBox[];
  timeline: Timeline;
  writer: TimeWriter;
  selection: Selection | null;
  /** The label's key; null when the pointer or the focus leaves. */
  onHover(lane: LaneName, id: string | null): void;
  onSelect(selection: Selection): void;
}

/**
 * The labels of one lane as buttons (A14), empty and transparent over what the canvas shows of them. Tab reaches the lane, the arrow keys walk along it in order of time, so that
 * a lane of many labels is one stop on the way through the page.
 */
export const Lane = React.memo(function Lane(props: LaneProps) {
  const { lane, boxes, timeline, writer, selection, onHover, onSelect } = props;
  const styles = useStyles2(laneStyles);
  const [current, setCurrent] = useState('');
  const marks = marksOf(timeline, lane);
  const chosen = selection?.lane === lane ? shownIds(selection as LabelSelection) : [];
  const keyOf = (box: LabelBox) => labelKey(box, marks);
  const reachable = boxes.some((box) => keyOf(box) === current) ? current : boxes[0] && keyOf(boxes[0]);

  return (
    <div role="toolbar" aria-label={texts.lanes[lane]} onKeyDown={walk}>
      {boxes.map((box) => {
        const ids = box.members.map((member) => marks[member]?.id ?? '');
        const key = keyOf(box);
        const mark = box.count === 1 ? marks[box.members[0] ?? -1] : undefined;
        const selected = isSelected(box, marks, chosen);
        return (
          <button
            key={key}
            type="button"
            tabIndex={key === reachable ? 0 : -1}
            aria-label={mark ? spokenName(mark, writer) : crowdName(lane, box)}
            aria-haspopup="dialog"
            aria-expanded={selected}
            className={cx(styles.label, box.look === 'running' && styles.running, selected && styles.selected)}
            style={{ left: box.x, top: box.y, width: box.width, height: box.height }}
            onClick={() =>
              onSelect({ lane, ids, open: mark?.id ?? null, ...(box.counted ? { counted: box.counted } : {}) })
            }
            // Not on entering: a label that slides under a pointer at rest is not what the reader points at.
            onMouseMove={() => onHover(lane, key)}
            onMouseLeave={() => onHover(lane, null)}
            onFocus={(event) => {
              setCurrent(key);
              // From nowhere it comes back when the drawer closes, which is no question about the label.
              if (event.relatedTarget && event.currentTarget.matches(':focus-visible')) {
                onHover(lane, key);
              }
            }}
            onBlur={() => onHover(lane, null)}
            {...(mark ? markData(mark) : crowdData(lane, box))}
          />
        );
      })}
    </div>
  );
});

/** What a label is found again by when data or width change: its first record, or when its counted marks began. */
export function labelKey({ members, counted }: LabelBox, marks: readonly { id: string }[]): string {
  return marks[members[0] ?? -1]?.id ?? `counted ${counted?.from ?? 0}`;
}

function crowdName(lane: LaneName, { count, look }: LabelBox): string {
  return texts.cluster(texts.count[lane](count), lookName(lane, look));
}

function markData(mark: Mark): Record<`data-${string}`, string> {
  if ('level' in mark) {
    return { 'data-testid': 'faultline-alarm', 'data-id': mark.id, 'data-level': mark.level, ...suppressedData(mark) };
  }
  return 'fault' in mark
    ? { 'data-testid': 'faultline-verdict', 'data-id': mark.id }
    : {
        'data-testid': 'faultline-operation',
        'data-id': mark.id,
        'data-from': String(mark.from),
        'data-kind': mark.kind,
        'data-result': mark.result,
      };
}

const suppressedData = ({ suppressed }: AlarmMark): Record<`data-${string}`, string> =>
  suppressed === '' ? {} : { 'data-suppressed': suppressed };

function crowdData(lane: LaneName, { count, look }: LabelBox): Record<`data-${string}`, string> {
  return {
    'data-testid': 'faultline-cluster',
    'data-lane': lane,
    'data-count': String(count),
    'data-worst': look,
  };
}

const laneStyles = (theme: GrafanaTheme2) => {
  const stripes = keyframes({ to: { backgroundPosition: '24px 0' } });
  return {
    label: css({
      position: 'absolute',
      padding: 0,
      border: 'none',
      borderRadius: 4,
      background: 'none',
      cursor: 'pointer',
      pointerEvents: 'auto',
      '&:hover': { boxShadow: `inset 0 0 0 1px ${theme.colors.text.primary}` },
      '&:focus-visible': {
        outline: `2px solid ${theme.colors.primary.border}`,
        outlineOffset: 1,
        zIndex: 1,
      },
    }),
    running: css({
      backgroundImage: `linear-gradient(90deg, transparent 0 50%, ${theme.colors.action.selected} 50% 100%)`,
      backgroundSize: '24px 100%',
      [theme.transitions.handleMotion('no-preference')]: { animation: `${stripes} 2.4s linear infinite` },
    }),
    selected: css({ outline: `2px solid ${theme.colors.text.primary}`, outlineOffset: 0, zIndex: 2 }),
  };
};
