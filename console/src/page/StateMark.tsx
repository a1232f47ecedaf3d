import { css, cx } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import type { DrawnState } from '../oms/records.ts';

/** A VM's state as a dot and its word: never the colour alone. Not knowing is a hollow dot, not a state. */
export function StateMark({ state }: { state: DrawnState | null }) {
  const styles = useStyles2(getStyles);
  return (
    <span className={styles.mark} data-testid="faultline-vm-state">
      <span className={cx(styles.dot, styles[state ?? 'unknown'])} aria-hidden="true" />
      {state ?? 'no data'}
    </span>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  mark: css({ display: 'inline-flex', alignItems: 'center', gap: 6, whiteSpace: 'nowrap' }),
  dot: css({ width: 9, height: 9, borderRadius: '50%', flexShrink: 0, boxSizing: 'border-box' }),
  running: css({ background: theme.colors.success.main }),
  dormant: css({ background: theme.visualization.getColorByName('blue') }),
  stopped: css({ background: theme.colors.text.disabled }),
  // Square, so that the one that matters differs in shape as well.
  abnormal: css({ background: theme.colors.error.main, borderRadius: 2 }),
  unknown: css({ border: `2px dashed ${theme.colors.text.disabled}` }),
});
