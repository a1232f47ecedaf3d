import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import React, { useLayoutEffect, useRef } from 'react';
import type { TimelineOptions } from '../options.ts';
import { texts } from '../texts.ts';
import { LEVEL_SEVERITY } from '../timeline/layers/alarms.ts';
import { RESULT_SEVERITY } from '../timeline/layers/operations.ts';
import { paintPattern } from '../timeline/layers/state.ts';
import type { AlarmLevel, OperationResult, ShownState, Timeline } from '../timeline/model.ts';
import type { TimelineTheme } from '../timeline/theme.ts';
import { Glyph, stateGlyph } from './Glyph.tsx';

const SWATCH = { x: 0, y: 0, width: 22, height: 12 };

interface LegendProps {
  timeline: Timeline;
  range: { from: number; to: number };
  colours: TimelineTheme;
  options: TimelineOptions;
  /** It scrolls beyond this, in CSS pixels. */
  maxHeight: number;
  /** Told when the legend's height changes: it wraps where the panel is narrow. */
  onHeight(height: number): void;
}

/** What the colours and shapes of this timeline mean: the four states always, results and levels where they occur. */
export function Legend({ timeline, range, colours, options, maxHeight, onHeight }: LegendProps) {
  const styles = useStyles2(legendStyles);
  const list = useRef<HTMLUListElement>(null);
  useLayoutEffect(() => {
    onHeight(list.current?.offsetHeight ?? 0);
  });
  const overlaps = (mark: { from: number; to: number | null }) =>
    mark.from <= range.to && (mark.to ?? Infinity) >= range.from;
  const results = new Set(options.showOperations ? timeline.operations.filter(overlaps).map((one) => one.result) : []);
  const levels = new Set(options.showAlarms ? timeline.alarms.filter(overlaps).map((one) => one.level) : []);
  const unknown = timeline.states.some((state) => state.state === 'unknown');
  const states: (ShownState | 'no-data')[] = ['running', 'dormant', 'stopped', 'abnormal', 'no-data'];
  return (
    <ul
      ref={list}
      style={{ maxHeight }}
      className={styles.legend}
      aria-label={texts.legend}
      data-testid="faultline-legend"
    >
      <Group>
        {(unknown ? [...states, 'unknown' as const] : states).map((state) => (
          <li key={state} className={styles.item}>
            <Swatch state={state} colours={colours} />
            {texts.state(state)}
          </li>
        ))}
      </Group>
      <Group>
        {worstFirst<OperationResult>(results, RESULT_SEVERITY).map((result) => (
          <li key={result} className={styles.item}>
            <span style={{ color: colours.operation[result], display: 'flex' }}>
              <Glyph shape={result} />
            </span>
            {capital(texts.result(result))}
          </li>
        ))}
      </Group>
      <Group>
        {worstFirst<AlarmLevel>(levels, LEVEL_SEVERITY).map((level) => (
          <li key={level} className={styles.item}>
            <span className={styles.level} style={{ color: colours.alarm[level] }}>
              <Glyph shape={level} />
            </span>
            {texts.level(level)}
          </li>
        ))}
      </Group>
    </ul>
  );
}

/** One kind of meaning; kinds are told apart by the room between them, which needs no line where they wrap. */
function Group({ children }: { children: React.ReactNode[] }) {
  const styles = useStyles2(legendStyles);
  return children.length === 0 ? null : (
    <li>
      <ul className={styles.group}>{children}</ul>
    </li>
  );
}

function worstFirst<Key extends string>(keys: Set<Key>, severity: Record<Key, number>): Key[] {
  return [...keys].sort((a, b) => severity[b] - severity[a]);
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function Swatch({ state, colours }: { state: ShownState | 'no-data'; colours: TimelineTheme }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const ratio = window.devicePixelRatio || 1;
  useLayoutEffect(() => {
    const ctx = canvas.current?.getContext('2d');
    if (!ctx) {
      return;
    }
    const look = state === 'no-data' ? { ...colours.noData, pattern: 'hatch' as const } : colours.state[state];
    ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
    ctx.clearRect(0, 0, SWATCH.width, SWATCH.height);
    ctx.fillStyle = look.fill;
    ctx.fillRect(0, 0, SWATCH.width, SWATCH.height);
    paintPattern(ctx, SWATCH, look.pattern, look.ink);
  }, [state, colours, ratio]);
  return (
    <span style={{ position: 'relative', display: 'flex', color: '#fff', borderRadius: 2, overflow: 'hidden' }}>
      <canvas
        ref={canvas}
        width={SWATCH.width * ratio}
        height={SWATCH.height * ratio}
        style={{ width: SWATCH.width, height: SWATCH.height }}
      />
      {state !== 'no-data' && state !== 'unknown' && (
        <span style={{ position: 'absolute', left: 6, top: 1, display: 'flex' }}>
          <Glyph shape={stateGlyph(state)} size={10} />
        </span>
      )}
    </span>
  );
}

const legendStyles = (theme: GrafanaTheme2) => {
  const row = { display: 'flex', alignItems: 'center', flexWrap: 'wrap', margin: 0, listStyle: 'none' } as const;
  return {
    legend: css({
      ...row,
      gap: theme.spacing(0, 3.5),
      padding: theme.spacing(0.25, 1),
      overflowY: 'auto',
      lineHeight: '22px',
      color: theme.colors.text.secondary,
      fontSize: theme.typography.bodySmall.fontSize,
    }),
    group: css({ ...row, gap: theme.spacing(0, 1.25), padding: 0 }),
    item: css({ display: 'flex', alignItems: 'center', gap: 5, whiteSpace: 'nowrap', flex: 'none' }),
    level: css({ display: 'flex', '--glyph-ink': theme.colors.background.primary }),
  };
};
