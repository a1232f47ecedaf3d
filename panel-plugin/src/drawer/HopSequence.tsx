import { css, cx } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import React from 'react';
import { hopDuration, parties } from '../details/log.ts';
import { shownResult, type HopRecord } from '../details/records.ts';
import { Glyph } from '../panel/Glyph.tsx';
import { texts } from '../texts.ts';
import { duration, exactTime, type TimeWriter } from '../time.ts';
import type { TimelineTheme } from '../timeline/theme.ts';

interface HopSequenceProps {
  hops: HopRecord[];
  /** Of the operation, ms. */
  started: number;
  writer: TimeWriter;
  colours: TimelineTheme;
}

/** The parties from left to right as their messages run (A40); others come after them. */
const ROLE_ORDER = ['CLC', 'CC', 'NC', 'BRM', 'OMS'];
const LANE_PX = { wide: 46, narrow: 32 };
/** A window narrower than this leaves the text too little beside wide lanes. */
const NARROW_WINDOW = 520;
/** y of an arrow within its row: the middle of its first line of text. */
const ARROW_Y = 18;

/** The message flow as a sequence diagram, a row per hop, beside each what it was and how it went (A29). */
export function HopSequence({ hops, started, writer, colours }: HopSequenceProps) {
  const styles = useStyles2(hopStyles);
  const lane = window.innerWidth < NARROW_WINDOW ? LANE_PX.narrow : LANE_PX.wide;
  const found = [...new Set(hops.flatMap((hop) => [hop.from.role, hop.to.role]))];
  const order = (role: string) => (ROLE_ORDER.indexOf(role) + 1 || ROLE_ORDER.length + 1) - 1;
  const roles = found.sort((a, b) => order(a) - order(b) || a.localeCompare(b));
  const xOfRole = (role: string) => (roles.indexOf(role) + 0.5) * lane;
  const width = roles.length * lane;
  return (
    <div>
      <div className={styles.roles} style={{ width }} aria-hidden="true">
        {roles.map((role) => (
          <span key={role} className={styles.role} style={{ width: lane - 4 }} title={role}>
            {role}
          </span>
        ))}
      </div>
      <ol className={styles.hops}>
        {hops.map((hop, i) => {
          const result = shownResult(hop);
          return (
            <li
              // A source may count two hops alike.
              key={i}
              className={cx(styles.hop, styleOf(result) && styles[styleOf(result) ?? 'failed'])}
              data-testid="faultline-hop"
              data-result={result}
              data-seq={hop.seq}
              style={{
                gridTemplateColumns: `${width}px minmax(0, 1fr)`,
                ['--mark' as string]: colourOf(result, colours),
              }}
            >
              <div className={styles.lanes} aria-hidden="true">
                {roles.map((role) => (
                  <span key={role} className={styles.lifeline} style={{ left: xOfRole(role) }} />
                ))}
                <Arrow hop={hop} from={xOfRole(hop.from.role)} to={xOfRole(hop.to.role)} result={result} />
              </div>
              <HopText hop={hop} result={result} started={started} writer={writer} />
            </li>
          );
        })}
      </ol>
    </div>
  );
}

function Arrow({ hop, from, to, result }: { hop: HopRecord; from: number; to: number; result: string }) {
  const styles = useStyles2(hopStyles);
  // The others are told by their line: solid, dashed or grey.
  const marked = ['failed', 'timeout', 'missing', 'unknown'].includes(result);
  if (from === to) {
    return (
      <span className={styles.local} style={{ left: to }}>
        <Glyph shape={result} size={12} />
      </span>
    );
  }
  const leftward = to < from;
  return (
    <>
      <span
        className={cx(styles.arrow, hop.direction === 'reply' && styles.reply)}
        style={{ left: Math.min(from, to) + 3, width: Math.abs(to - from) - 6 }}
      />
      <span className={cx(styles.tip, leftward && styles.tipLeft)} style={{ left: leftward ? to + 2 : to - 9 }} />
      {marked && (
        <span className={styles.mark} style={{ left: (from + to) / 2 }}>
          <Glyph shape={result} size={12} />
        </span>
      )}
    </>
  );
}

function HopText({
  hop,
  result,
  started,
  writer,
}: {
  hop: HopRecord;
  result: string;
  started: number;
  writer: TimeWriter;
}) {
  const styles = useStyles2(hopStyles);
  const took = hopDuration(hop);
  const offset = hop.time === null ? '' : `+${duration(Math.max(hop.time - started, 0))}`;
  return (
    <div className={styles.text}>
      <div>
        {hop.message}
        {hop.cause && <span className={styles.cause}> ({hop.cause})</span>}
      </div>
      <div className={styles.facts}>
        <span className={styles.result}>{texts.result(result)}</span>
        {took && <span>{took}</span>}
        {hop.time !== null && <span title={offset}>{exactTime(writer, hop.time)}</span>}
        <span>{parties(hop)}</span>
      </div>
    </div>
  );
}

function styleOf(result: string): 'failed' | 'skipped' | 'missing' | null {
  switch (result) {
    case 'failed':
    case 'timeout':
      return 'failed';
    case 'skipped':
      return 'skipped';
    case 'missing':
    case 'unknown':
      return 'missing';
    default:
      return null;
  }
}

function colourOf(result: string, { operation }: TimelineTheme): string {
  switch (result) {
    case 'ok':
    case 'failed':
    case 'timeout':
    case 'running':
      return operation[result];
    default:
      return operation.cancelled;
  }
}

const hopStyles = (theme: GrafanaTheme2) => ({
  roles: css({ display: 'flex', justifyContent: 'space-around' }),
  role: css({
    padding: '2px 0',
    border: `1px solid ${theme.colors.border.medium}`,
    borderRadius: theme.shape.radius.default,
    background: theme.colors.background.secondary,
    fontSize: 11,
    fontWeight: theme.typography.fontWeightMedium,
    textAlign: 'center',
    // Other systems' components have longer names than ours.
    overflow: 'hidden',
    textOverflow: 'ellipsis',
    whiteSpace: 'nowrap',
  }),
  hops: css({ listStyle: 'none', margin: 0, padding: 0 }),
  hop: css({ display: 'grid', gap: theme.spacing(1) }),
  lanes: css({ position: 'relative', minHeight: 48 }),
  lifeline: css({ position: 'absolute', top: 0, bottom: 0, width: 1, background: theme.colors.border.medium }),
  arrow: css({ position: 'absolute', top: ARROW_Y - 1, height: 0, borderTop: '2px solid var(--mark)' }),
  reply: css({ borderTopStyle: 'dashed' }),
  tip: css({
    position: 'absolute',
    top: ARROW_Y - 4.5,
    borderTop: '4.5px solid transparent',
    borderBottom: '4.5px solid transparent',
    borderLeft: '8px solid var(--mark)',
  }),
  tipLeft: css({ borderLeft: 'none', borderRight: '8px solid var(--mark)' }),
  local: css({
    position: 'absolute',
    top: ARROW_Y - 9,
    width: 18,
    height: 18,
    display: 'flex',
    alignItems: 'center',
    justifyContent: 'center',
    transform: 'translateX(-8.500px)',
    border: '2px solid var(--mark)',
    borderRadius: 3,
    background: theme.colors.background.primary,
    color: 'var(--mark)',
  }),
  mark: css({
    position: 'absolute',
    top: ARROW_Y - 8,
    display: 'flex',
    padding: 2,
    transform: 'translateX(-50%)',
    borderRadius: '50%',
    background: theme.colors.background.primary,
    color: 'var(--mark)',
  }),
  text: css({ padding: theme.spacing(1, 1), overflowWrap: 'anywhere', lineHeight: 1.4 }),
  facts: css({
    display: 'flex',
    flexWrap: 'wrap',
    gap: theme.spacing(0, 1.5),
    color: theme.colors.text.secondary,
    fontSize: theme.typography.bodySmall.fontSize,
  }),
  result: css({ color: 'var(--mark)', fontWeight: theme.typography.fontWeightMedium }),
  cause: css({ color: 'var(--mark)', fontWeight: theme.typography.fontWeightMedium }),
  failed: css({
    background: 'color-mix(in srgb, var(--mark) 12%, transparent)',
    boxShadow: 'inset -3px 0 0 var(--mark)',
    fontWeight: theme.typography.fontWeightMedium,
  }),
  skipped: css({
    color: theme.colors.text.disabled,
    '& *': { color: theme.colors.text.disabled },
    '--mark': `${theme.colors.text.disabled} !important`,
  }),
  missing: css({ color: theme.colors.text.secondary, fontStyle: 'italic' }),
});
