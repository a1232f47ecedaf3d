import React from 'react';
import { partsOf } from '../timeline/glyphs.ts';

/** A glyph as the canvas draws it, in the colour of the text around it. */
export function Glyph({ shape, size = 14 }: { shape: string; size?: number }) {
  return (
    <svg viewBox="0 0 14 14" width={size} height={size} aria-hidden="true" style={{ flex: 'none' }}>
      {partsOf(shape).map(({ d, stroke, isCutOut, dash }) => {
        const ink = isCutOut ? 'var(--glyph-ink, #fff)' : 'currentColor';
        return stroke === undefined ? (
          <path key={d} d={d} fill={ink} />
        ) : (
          <path
            key={d}
            d={d}
            fill="none"
            stroke={ink}
            strokeWidth={stroke}
            strokeLinecap="round"
            strokeLinejoin="round"
            strokeDasharray={dash?.join(' ')}
          />
        );
      })}
    </svg>
  );
}
