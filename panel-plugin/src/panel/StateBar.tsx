import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import React, { useState } from 'react';
import { texts } from '../texts.ts';
import type { StateBox } from '../timeline/layers/state.ts';
import { rightOf, type Band, type TimeScale } from '../timeline/scale.ts';
import type { TimelineTheme } from '../timeline/theme.ts';
import { Glyph, stateGlyph } from './Glyph.tsx';
import { stateName } from './marks.ts';
import { walk } from './walk.ts';

interface StateBarProps {
  boxes: StateBox[];
  band: Band;
  scale: TimeScale;
  colours: TimelineTheme;
  background: string;
  /** The moment whose state is open; null while none is. */
  chosen: number | null;
  /** x in the chart of the label that the reader is at: the arrow keys lead from it to the stretch under it. Null while none is. */
  beside: number | null;
  /** Told of the begin of the stretch that a key opened, ms. */
  onSelect(at: number): void;
}

/**
 * The texts of the state bar; its colours and patterns are on the canvas below (A13). A stretch is a button for the keyboard; the pointer goes
 * through to the canvas, so that one can drag and point there as everywhere. Of stretches too narrow for an icon, which may be hundreds, only those
 * are buttons that the next key can reach.
 */
export const StateBar = React.memo(function StateBar(props: StateBarProps) {
  const { boxes, band, scale, colours, background, chosen, beside, onSelect } = props;
  const styles = useStyles2(barStyles);
  const [current, setCurrent] = useState(-1);
  const isAt = (box: StateBox) =>
    beside === null ? box.from === current : box.x <= beside && beside < box.x + box.width;
  const reachable = Math.max(boxes.findIndex(isAt), 0);
  const isOpen = ({ from, to }: StateBox) => chosen !== null && from <= chosen && chosen < to;
  const isStop = (box: StateBox, index: number) =>
    box.icon || isOpen(box) || Math.abs(index - reachable) <= 1 || index === 0 || index === boxes.length - 1;
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
          style={{
            left: box.x - scale.left,
            width: box.width,
            color: box.state === 'no-data' ? colours.state.unknown.text : colours.state[box.state].text,
          }}
        >
          {box.icon && box.state !== 'no-data' && <Glyph shape={stateGlyph(box.state)} size={12} />}
          {box.label && (
            <span
              style={box.state === 'no-data' && !box.early ? { background, padding: '0 5px', borderRadius: 2 } : {}}
            >
              {box.label}
            </span>
          )}
        </button>
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
    display: 'flex',
    alignItems: 'center',
    justifyContent: 'center',
    gap: 4,
    overflow: 'hidden',
    whiteSpace: 'nowrap',
    fontWeight: 500,
    letterSpacing: 0,
    lineHeight: 1,
    padding: 0,
    fontSize: 12,
    border: 'none',
    background: 'none',
    '&:focus-visible': { outline: `2px solid ${theme.colors.text.primary}`, outlineOffset: -2 },
    '&[aria-expanded="true"]': { boxShadow: `inset 0 0 0 2px ${theme.colors.text.primary}` },
  }),
});
