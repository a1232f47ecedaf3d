import React from 'react';

/** Shapes that tell results, levels and states apart without their colours. */
const SHAPES: Record<string, React.ReactNode> = {
  // results
  ok: <path d="m3 7.5 2.8 2.8L11.200 4" {...stroke(1.9)} />,
  failed: <path d="m3.500 3.500 7 7m0-7-7 7" {...stroke(2.2)} />,
  timeout: (
    <>
      <circle cx="7" cy="7" r="5.2" {...stroke(1.5)} />
      <path d="M7 4v3.200l2 1.300" {...stroke(1.5)} />
    </>
  ),
  running: <path d="M4 3v8l7-4z" fill="currentColor" />,
  cancelled: (
    <>
      <circle cx="7" cy="7" r="5" {...stroke(1.5)} />
      <path d="m3.500 10.500 7-7" {...stroke(1.5)} />
    </>
  ),
  // hop results
  skipped: <path d="M3 7h8" {...stroke(1.6)} strokeDasharray="1.500 2.500" />,
  missing: <path d="M5 5.200a2 2 0 1 1 2.600 1.900c-.4.2-.6.5-.6 1.100m0 2.300v.1" {...stroke(1.6)} />,
  unknown: <path d="M5 5.200a2 2 0 1 1 2.600 1.900c-.4.2-.6.5-.6 1.100m0 2.300v.1" {...stroke(1.6)} />,
  // alarm levels, each a shape of its own with its letter, drawn: text in a picture would be read as text
  critical: level(
    <path d="M4.300.5h5.400l3.800 3.800v5.400l-3.800 3.800H4.300L.5 9.700V4.300z" />,
    'M9.200 5.100a2.800 2.800 0 1 0 0 3.800',
  ),
  major: level(<path d="M7 .5 14 13.200H0z" />, 'M7 5v3.400m0 2.100v.2'),
  minor: level(<path d="m7 0 7 7-7 7-7-7z" />, 'M4.500 9V5.700l2.500 2 2.500-2V9'),
  warning: level(<circle cx="7" cy="7" r="6.500" />, 'M3.800 5.200 5.400 9 7 5.600 8.600 9l1.600-3.800'),
  indeterminate: level(
    <rect x=".7" y=".7" width="12.600" height="12.600" rx="1.500" />,
    'M5.200 5.300a1.900 1.900 0 1 1 2.400 1.800c-.4.2-.6.5-.6 1.100m0 2v.1',
  ),
  // a bell that is struck out: nobody is notified
  suppressed: (
    <>
      <path
        d="M3.500 9.800c1-1 1-2 1-3.600a2.500 2.500 0 0 1 5 0c0 1.600 0 2.600 1 3.600zM6.200 11.800h1.600"
        {...stroke(1.3)}
      />
      <path d="m2 2 10 10" {...stroke(1.3)} />
    </>
  ),
  verdict: (
    <>
      <path d="M7 1v11M2.500 4h9M4.500 12h5" {...stroke(1.4)} />
      <path d="M.8 8.200 2.500 4l1.700 4.200zM9.800 8.200 11.500 4l1.700 4.200z" {...stroke(1.2)} />
    </>
  ),
  // states
  stateRunning: <path d="M4 3v8l7-4z" fill="currentColor" />,
  stateDormant: (
    <path
      d="M9.500 9.800A4.800 4.800 0 0 1 5.200 2.700a4.800 4.800 0 1 0 6.100 6.400 4.800 4.800 0 0 1-1.800.7z"
      fill="currentColor"
    />
  ),
  stateStopped: <rect x="3.200" y="3.200" width="7.600" height="7.600" fill="currentColor" />,
  stateAbnormal: (
    <>
      <path d="M7 1.800 13 12.200H1z" {...stroke(1.5)} />
      <path d="M7 5.500v3m0 1.800v.1" {...stroke(1.6)} />
    </>
  ),
};

function stroke(width: number) {
  return {
    fill: 'none',
    stroke: 'currentColor',
    strokeWidth: width,
    strokeLinecap: 'round',
    strokeLinejoin: 'round',
  } as const;
}

function level(shape: React.ReactElement, letter: string) {
  return (
    <>
      <g fill="currentColor">{shape}</g>
      <path d={letter} {...stroke(1.5)} stroke="var(--glyph-ink, #fff)" />
    </>
  );
}

export function Glyph({ shape, size = 14 }: { shape: string; size?: number }) {
  return (
    <svg viewBox="0 0 14 14" width={size} height={size} aria-hidden="true" style={{ flex: 'none' }}>
      {SHAPES[shape] ?? SHAPES['unknown']}
    </svg>
  );
}

/** The name of a state's glyph. */
export function stateGlyph(state: string): string {
  return `state${state.charAt(0).toUpperCase()}${state.slice(1)}`;
}
