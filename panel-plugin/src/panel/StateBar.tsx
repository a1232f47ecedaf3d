import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import React, { useState } from 'react';
import { texts } from '../texts.ts';
import type { StateBox } from '../timeline/layers/state.ts';
import { rightOf, type Band, type TimeScale } from '../timeline/scale.ts';
import type { TimelineTheme } from '../timeline/theme.ts';
import { stateName } from './marks.ts';
import { walk } from './walk.ts';

/** Up to so many stretches, each is a button, however narrow: they cost little, and a screen reader finds them all. */
const FEW = 50;

interface StateBarProps {
  boxes: StateBox[];
  band: Band;
  scale: TimeScale;
  colours: TimelineTheme;
  /** The moment whose state is open; null while none is. */
  chosen: number | null;
  /** x in the chart of the label that the reader is at: the arrow keys lead from it to the stretch under it. Null while none is. */
  beside: number | null;
  /** Told of the begin of the stretch that a key opened, ms. */
  onSelect(at: number): void;
}

/**
 * The stretches of the state bar (A13), which the canvas below shows, as buttons for the keyboard; the pointer goes
 * through to the canvas, so that one can drag and point there as everywhere. Where stretches are many, of those too narrow for an icon only
 * what the next key can reach is a button.
 */
export const StateBar = React.memo(function StateBar(props: StateBarProps) {
  const { boxes, band, scale, colours, chosen, beside, onSelect } = props;
  const styles = useStyles2(barStyles);
  const [current, setCurrent] = useState(-1);
  const isAt = (box: StateBox) =>
    beside === null ? box.from === current : box.x <= beside && beside < box.x + box.width;
  const reachable = Math.max(boxes.findIndex(isAt), 0);
  const isOpen = ({ from, to }: StateBox) => chosen !== null && from <= chosen && chosen < to;
  const isStop = (box: StateBox, index: number) =>
    boxes.length <= FEW ||
    box.icon ||
    isOpen(box) ||
    Math.abs(index - reachable) <= 1 ||
    index === 0 ||
    index === boxes.length - 1;
  return (
    <div
      role="toolbar"
      aria-label={texts.lanes.state}
      onKeyDown={walk}
      data-testid="faultline-state-bar"
      className={styles.bar}
      style={{ left: scale.left, width: rightOf(scale) - scale.left, top: band.top, height: band.height }}
    >
      {boxes.filter(isStop).map((box) => (
        <button
          key={box.from}
          type="button"
          tabIndex={box === boxes[reachable] ? 0 : -1}
          aria-label={box.raw ? `${stateName(box.state, colours)}, ${box.raw}` : stateName(box.state, colours)}
          aria-haspopup="dialog"
          aria-expanded={isOpen(box)}
          onFocus={() => setCurrent(box.from)}
          onClick={() => onSelect(box.from)}
          data-testid="faultline-state-segment"
          data-state={box.state}
          data-raw={box.raw}
          data-from={box.from}
          data-to={box.to}
          data-count={box.count}
          className={styles.segment}
          style={{ left: box.x - scale.left, width: box.width }}
        />
      ))}
    </div>
  );
});

const barStyles = (theme: GrafanaTheme2) => ({
  bar: css({ position: 'absolute' }),
  segment: css({
    position: 'absolute',
    top: 0,
    bottom: 0,
    padding: 0,
    border: 'none',
    background: 'none',
    '&:focus-visible': { outline: `2px solid ${theme.colors.text.primary}`, outlineOffset: -2 },
    '&[aria-expanded="true"]': { boxShadow: `inset 0 0 0 2px ${theme.colors.text.primary}` },
  }),
});
