import { css } from '@emotion/css';
import { useStyles2 } from '@grafana/ui';
import React from 'react';
import { texts } from '../texts.ts';
import type { StateBox } from '../timeline/layers/state.ts';
import { rightOf, type Band, type TimeScale } from '../timeline/scale.ts';
import type { TimelineTheme } from '../timeline/theme.ts';
import { Glyph, stateGlyph } from './Glyph.tsx';

interface StateBarProps {
  boxes: StateBox[];
  band: Band;
  scale: TimeScale;
  colours: TimelineTheme;
  background: string;
}

/** The texts of the state bar; its colours and patterns are on the canvas below (A13). */
export const StateBar = React.memo(function StateBar({ boxes, band, scale, colours, background }: StateBarProps) {
  const styles = useStyles2(barStyles);
  return (
    <div
      role="list"
      aria-label={texts.lanes.state}
      data-testid="faultline-state-bar"
      className={styles.bar}
      style={{ left: scale.left, width: rightOf(scale) - scale.left, top: band.top, height: band.height }}
    >
      {boxes.map((box) => (
        <div
          key={box.from}
          role="listitem"
          aria-label={box.raw ? `${texts.state(box.state)}, ${box.raw}` : texts.state(box.state)}
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
        </div>
      ))}
    </div>
  );
});

const barStyles = () => ({
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
  }),
});
