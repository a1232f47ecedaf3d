import type { AlarmLevel, OperationResult, ShownState } from './model.ts';

/** The colours of the picture. The panel makes one from the host's theme; a state is told by pattern and text as well. */
export interface TimelineTheme {
  background: string;
  grid: string;
  axis: string;
  /** Lines from a label to its place on the axis. */
  stem: string;
  cpu: { line: string; fill: string };
  state: Record<ShownState, StateLook>;
  noData: { fill: string; ink: string };
  /** Where the range begins before anything is known: not a hole, so it does not ask to be looked at. */
  early: { fill: string; ink: string };
  operation: Record<OperationResult, string>;
  alarm: Record<AlarmLevel, string>;
  verdict: string;
  /** Of the thin lanes. */
  tone: Record<Tone, { fill: string; ink: string; pattern: Pattern }>;
  /** Of further series, one after the other. */
  others: readonly string[];
  /** Of the labels and of the words on the state bar; `loud`: of what failed or is critical. */
  label: { font: string; text: string; loud: { fill: string; border: string; text: string } };
}

/** How good a stretch of a thin lane is. */
export type Tone = 'good' | 'warning' | 'bad' | 'unknown';

interface StateLook {
  /** Where it is called otherwise than by its own name. */
  name?: string;
  fill: string;
  /** Of the pattern over the fill. */
  ink: string;
  text: string;
  pattern: Pattern;
}

export type Pattern = 'plain' | 'dots' | 'outline' | 'stripes' | 'hatch';

/** What a theme takes from its host. */
export interface HostColours {
  dark: boolean;
  background: string;
  grid: string;
  axis: string;
  text: string;
  textWeak: string;
  fontFamily: string;
}

/**
 * Hues that stay apart for readers with protanopia and deuteranopia (after Okabe and Ito: bluish green against
 * vermilion), dark enough that white text on them has a contrast of 4.5 or more.
 */
const HUES = {
  teal: '#0b7a68',
  indigo: '#5361c4',
  grey: { dark: '#596270', light: '#6a7482' },
  vermilion: '#cc3811',
  orange: { dark: '#ff9830', light: '#c25e00' },
  yellow: { dark: '#f2cc0c', light: '#8f7500' },
  blue: { dark: '#6e9fff', light: '#1f62e0' },
  purple: { dark: '#ca95e5', light: '#8f3bb8' },
  green: { dark: '#4cc9a8', light: '#0b7a68' },
  red: { dark: '#ff6b45', light: '#c22e0a' },
};

export function timelineTheme(host: HostColours): TimelineTheme {
  const shade = host.dark ? 'dark' : 'light';
  const weakInk = host.dark ? 'rgba(204, 204, 220, 0.32)' : 'rgba(36, 41, 46, 0.32)';
  return {
    background: host.background,
    grid: host.grid,
    axis: host.axis,
    stem: host.dark ? 'rgba(204, 204, 220, 0.45)' : 'rgba(36, 41, 46, 0.42)',
    cpu: {
      line: HUES.blue[shade],
      fill: host.dark ? 'rgba(110, 159, 255, 0.12)' : 'rgba(31, 98, 224, 0.09)',
    },
    state: {
      running: { fill: HUES.teal, ink: HUES.teal, text: '#ffffff', pattern: 'plain' },
      dormant: { fill: HUES.indigo, ink: 'rgba(255, 255, 255, 0.4)', text: '#ffffff', pattern: 'dots' },
      stopped: { fill: HUES.grey[shade], ink: 'rgba(0, 0, 0, 0.3)', text: '#ffffff', pattern: 'outline' },
      abnormal: { fill: HUES.vermilion, ink: 'rgba(0, 0, 0, 0.3)', text: '#ffffff', pattern: 'stripes' },
      unknown: { fill: 'transparent', ink: weakInk, text: host.textWeak, pattern: 'outline' },
    },
    noData: { fill: 'transparent', ink: weakInk },
    early: { fill: host.grid, ink: weakInk },
    operation: {
      ok: HUES.green[shade],
      failed: HUES.red[shade],
      timeout: HUES.orange[shade],
      running: HUES.blue[shade],
      cancelled: host.textWeak,
    },
    alarm: {
      critical: HUES.red[shade],
      major: HUES.orange[shade],
      minor: HUES.yellow[shade],
      warning: HUES.blue[shade],
      indeterminate: HUES.purple[shade],
    },
    verdict: HUES.purple[shade],
    tone: {
      good: { fill: HUES.teal, ink: HUES.teal, pattern: 'plain' },
      warning: { fill: HUES.orange[shade], ink: 'rgba(0, 0, 0, 0.35)', pattern: 'dots' },
      bad: { fill: HUES.vermilion, ink: 'rgba(0, 0, 0, 0.4)', pattern: 'stripes' },
      unknown: { fill: 'transparent', ink: weakInk, pattern: 'outline' },
    },
    others: [HUES.purple[shade], HUES.orange[shade], HUES.green[shade]],
    label: {
      font: `500 12px ${host.fontFamily}`,
      text: host.text,
      loud: {
        fill: host.dark ? HUES.vermilion : HUES.red.light,
        border: host.dark ? '#ff8c6b' : '#8f1f00',
        text: '#ffffff',
      },
    },
  };
}
