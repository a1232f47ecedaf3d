import { css } from '@emotion/css';
import { useTheme2 } from '@grafana/ui';
import type { ReactNode } from 'react';
import type { AlarmLevel } from '@faultline/contracts';
import type { OperationResult } from '@faultline/contracts';
import { levelColour, resultColour } from './colours.ts';

// Shapes tell levels and results apart without their colours. Each is drawn in a square of 12.
const LEVEL_SHAPES: Record<AlarmLevel, ReactNode> = {
  critical: <path d="M6 .5 11.8 11.5H.2Z" />,
  major: <path d="M6 0 12 6 6 12 0 6Z" />,
  minor: <rect x="1" y="1" width="10" height="10" rx="1" />,
  warning: <circle cx="6" cy="6" r="5" />,
  indeterminate: <circle cx="6" cy="6" r="4" fill="none" stroke="currentColor" strokeWidth="2" />,
};
const stroke = (path: string) => (
  <path d={path} fill="none" stroke="currentColor" strokeWidth="2.2" strokeLinecap="round" strokeLinejoin="round" />
);
const RESULT_SHAPES: Record<OperationResult, ReactNode> = {
  ok: stroke('M1.5 6.5 4.8 10 10.5 2.5'),
  failed: stroke('M2 2 10 10M10 2 2 10'),
  timeout: stroke('M6 2.5V6L8.5 8M6 1a5 5 0 1 0 .01 0'),
  running: stroke('M3.5 1.5 10 6 3.5 10.5Z'),
  cancelled: stroke('M1.5 6H10.5'),
};

function Mark({ colour, shape, children }: { colour: string; shape: ReactNode; children: ReactNode }) {
  return (
    <span className={label}>
      <svg viewBox="0 0 12 12" width="12" height="12" fill="currentColor" color={colour} aria-hidden="true">
        {shape}
      </svg>
      {children}
    </span>
  );
}

/** An alarm's level as its shape, colour and word; a number beside it is how many there are. */
export function LevelMark({ level, count }: { level: AlarmLevel; count?: number }) {
  const theme = useTheme2();
  return (
    <Mark colour={levelColour(theme, level)} shape={LEVEL_SHAPES[level]}>
      {count === undefined ? level : `${count} ${level}`}
    </Mark>
  );
}

/** An operation's result as its shape, colour and word. */
export function ResultMark({ result }: { result: OperationResult }) {
  const theme = useTheme2();
  return (
    <Mark colour={resultColour(theme, result)} shape={RESULT_SHAPES[result]}>
      {result}
    </Mark>
  );
}

// Inline, so that the word stands on the line of what is beside it.
const label = css({
  whiteSpace: 'nowrap',
  '& svg': { marginRight: 6, verticalAlign: -1 },
});
