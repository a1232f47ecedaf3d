import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import type { HostCycles } from '@faultline/contracts';
import { useLive } from '../../oms/live.ts';
import { badColour, goodColour, levelColour } from '../../parts/colours.ts';
import { piecesOf, stripText } from './strip.ts';

/** What a host's cycles tell, kept up to date. `from` is ms since the epoch; the range ends now. */
export function useCycles(host: string, from: number) {
  return useLive<HostCycles>(`/api/v1/hosts/${encodeURIComponent(host)}/cycles?from=${from}`, { pollMs: 15_000 });
}

interface Props {
  host: string;
  from: number;
  /** The OMS's clock. */
  now: number;
}

/** A host's cycles in the range: filled while they reached libvirtd, marked where they did not and where the box was abnormal, empty where there were none. */
export function CycleStrip({ host, from, now }: Props) {
  const styles = useStyles2(getStyles);
  const { data, failure } = useCycles(host, from);
  if (data === undefined) {
    return <span className={styles.weak}>{failure?.message ?? '…'}</span>;
  }
  const range = { from, to: now };
  const text = stripText(data.stretches, range);
  return (
    <span className={styles.strip} role="img" aria-label={text} title={text}>
      {piecesOf(data.stretches, range).map(({ left, width, kind }, index) => (
        <span key={index} className={styles[kind]} style={{ left: `${left * 100}%`, width: `${width * 100}%` }} />
      ))}
    </span>
  );
}

const getStyles = (theme: GrafanaTheme2) => {
  const piece = { position: 'absolute', top: 0, bottom: 0 } as const;
  const weak = theme.isDark ? 'rgba(204, 204, 220, 0.2)' : 'rgba(36, 41, 46, 0.2)';
  return {
    weak: css({ color: theme.colors.text.secondary }),
    strip: css({
      position: 'relative',
      display: 'inline-block',
      width: 220,
      height: 14,
      overflow: 'hidden',
      verticalAlign: 'middle',
      borderRadius: theme.shape.radius.default,
      // Silence is hatched, as in the chart.
      background: `repeating-linear-gradient(45deg, transparent 0 4px, ${weak} 4px 5px)`,
      border: `1px solid ${theme.colors.border.weak}`,
    }),
    reached: css({ ...piece, background: goodColour(theme), opacity: 0.85 }),
    lost: css({ ...piece, minWidth: 3, background: levelColour(theme, 'major') }),
    abnormal: css({ ...piece, minWidth: 3, background: badColour(theme) }),
  };
};
