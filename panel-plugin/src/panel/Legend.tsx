import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import React, { useLayoutEffect, useRef } from 'react';
import { texts } from '../texts.ts';
import { stateGlyph } from '../timeline/glyphs.ts';
import { LEVEL_SEVERITY } from '../timeline/layers/alarms.ts';
import { CONNECTIVITY_TONE } from '../timeline/layers/connectivity.ts';
import { HOST_TONE } from '../timeline/layers/hostState.ts';
import { RESULT_SEVERITY } from '../timeline/layers/operations.ts';
import { SWITCHED, type SwitchedLayer } from '../timeline/layers/index.ts';
import type { AlarmLevel, OperationResult, ShownState, Timeline } from '../timeline/model.ts';
import { paintPattern } from '../timeline/patterns.ts';
import type { Pattern as PatternName, TimelineTheme, Tone } from '../timeline/theme.ts';
import { Glyph } from './Glyph.tsx';
import { stateName } from './marks.ts';

const SWATCH = { x: 0, y: 0, width: 22, height: 12 };

interface LegendProps {
  timeline: Timeline;
  range: { from: number; to: number };
  colours: TimelineTheme;
  hidden: ReadonlySet<SwitchedLayer>;
  onToggle(layer: SwitchedLayer): void;
  /** It scrolls beyond this, in CSS pixels. */
  maxHeight: number;
  /** Told when the legend's height changes: it wraps where the panel is narrow. */
  onHeight(height: number): void;
}

/**
 * What the colours and shapes of this timeline mean: the four states always, results and levels where they occur. It begins with the layers, each
 * a switch.
 */
export function Legend({ timeline, range, colours, hidden, maxHeight, onToggle, onHeight }: LegendProps) {
  const styles = useStyles2(legendStyles);
  const list = useRef<HTMLUListElement>(null);
  useLayoutEffect(() => {
    onHeight(list.current?.offsetHeight ?? 0);
  });
  const overlaps = (mark: { from: number; to: number | null }) =>
    mark.from <= range.to && (mark.to ?? Infinity) >= range.from;
  const { operations, alarms, counted } = timeline;
  const results = new Set(
    hidden.has('operations')
      ? []
      : [...operations.filter(overlaps).map((one) => one.result), ...counted.operations.map((one) => one.worst)],
  );
  const levels = new Set(
    hidden.has('alarms')
      ? []
      : [...alarms.filter(overlaps).map((one) => one.level), ...counted.alarms.map((one) => one.worst)],
  );
  const tones = new Set([
    ...(hidden.has('hostState') ? [] : timeline.hosts.filter(overlaps).map(({ state }) => HOST_TONE[state])),
    ...(hidden.has('connectivity')
      ? []
      : timeline.connectivity.filter(overlaps).map(({ verdict }) => CONNECTIVITY_TONE[verdict])),
  ]);
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
        {SWITCHED.filter((layer) => isThere(layer, timeline)).map((layer) => (
          <li key={layer}>
            <button
              type="button"
              className={styles.toggle}
              aria-pressed={!hidden.has(layer)}
              title={hidden.has(layer) ? texts.show(nameOf(layer, timeline)) : texts.hide(nameOf(layer, timeline))}
              onClick={() => onToggle(layer)}
              data-testid="faultline-toggle"
              data-layer={layer}
            >
              {layer === 'cpu' && <span className={styles.line} style={{ background: colours.cpu.line }} />}
              {layer === 'others' && <span className={styles.line} style={{ background: colours.others[0] }} />}
              {nameOf(layer, timeline)}
            </button>
          </li>
        ))}
      </Group>
      <Group>
        {(unknown ? [...states, 'unknown' as const] : states).map((state) => (
          <li key={state} className={styles.item}>
            <Swatch state={state} colours={colours} />
            {stateName(state, colours)}
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
      <Group>
        {TONES.filter((tone) => tones.has(tone)).map((tone) => (
          <li key={tone} className={styles.item}>
            <Pattern look={colours.tone[tone]} />
            {texts.tone(tone)}
          </li>
        ))}
      </Group>
    </ul>
  );
}

/** What is good needs no word beside what is not. */
const TONES = ['bad', 'warning', 'unknown'] as const satisfies readonly Tone[];

/** Whether there is anything to switch off. */
function isThere(layer: SwitchedLayer, timeline: Timeline): boolean {
  switch (layer) {
    case 'cpu':
      return timeline.cpu.times.length > 0;
    case 'hostState':
      return timeline.hosts.length > 0;
    case 'operations':
    case 'alarms':
      return timeline[layer].length > 0 || timeline.counted[layer].length > 0;
    default:
      return timeline[layer].length > 0;
  }
}

/** Further series have names of their own. */
const nameOf = (layer: SwitchedLayer, { others }: Timeline): string =>
  layer === 'others' ? others.map(({ name }) => name).join(', ') : texts.lanes[layer];

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

/** A patch of a state's colour and pattern, with its glyph. */
export function Swatch({ state, colours }: { state: ShownState | 'no-data'; colours: TimelineTheme }) {
  const look = state === 'no-data' ? NO_DATA(colours) : colours.state[state];
  return (
    <span style={{ position: 'relative', display: 'flex', color: '#fff', borderRadius: 2, overflow: 'hidden' }}>
      <Pattern look={look} />
      {state !== 'no-data' && state !== 'unknown' && (
        <span style={{ position: 'absolute', left: 6, top: 1, display: 'flex' }}>
          <Glyph shape={stateGlyph(state)} size={10} />
        </span>
      )}
    </span>
  );
}

const NO_DATA = ({ noData }: TimelineTheme) => ({ ...noData, pattern: 'hatch' as const });

interface Look {
  fill: string;
  ink: string;
  pattern: PatternName;
}

/** A patch as the canvas paints it. */
function Pattern({ look }: { look: Look }) {
  return <img src={patchOf(look)} alt="" style={{ width: SWATCH.width, height: SWATCH.height, borderRadius: 2 }} />;
}

/** Each look is painted once: a canvas of its own for every patch would cost each chart as much as all its labels. */
const patches = new Map<string, string>();

function patchOf({ fill, ink, pattern }: Look): string {
  const ratio = window.devicePixelRatio || 1;
  const key = [fill, ink, pattern, ratio].join(' ');
  const known = patches.get(key);
  if (known !== undefined) {
    return known;
  }
  const canvas = document.createElement('canvas');
  canvas.width = SWATCH.width * ratio;
  canvas.height = SWATCH.height * ratio;
  const ctx = canvas.getContext('2d');
  if (ctx) {
    ctx.scale(ratio, ratio);
    ctx.fillStyle = fill;
    ctx.fillRect(0, 0, SWATCH.width, SWATCH.height);
    paintPattern(ctx, [SWATCH], pattern, ink);
  }
  const patch = canvas.toDataURL();
  patches.set(key, patch);
  return patch;
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
    toggle: css({
      display: 'flex',
      alignItems: 'center',
      gap: 5,
      padding: '0 3px',
      fontSize: 'inherit',
      lineHeight: '18px',
      border: 'none',
      borderRadius: 3,
      background: 'none',
      color: theme.colors.text.primary,
      whiteSpace: 'nowrap',
      '&:hover': { background: theme.colors.action.hover },
      '&:focus-visible': { outline: `2px solid ${theme.colors.primary.border}`, outlineOffset: -1 },
      '&[aria-pressed="false"]': { color: theme.colors.text.secondary, textDecoration: 'line-through' },
    }),
    line: css({ width: 14, height: 3, borderRadius: 2, flex: 'none' }),
    level: css({ display: 'flex', '--glyph-ink': theme.colors.background.primary }),
  };
};
