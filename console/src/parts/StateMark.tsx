import { css, cx } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import type { DrawnState } from '@faultline/contracts';

/** A VM's state as a mark and its word. Colours and shapes are those of the chart's state bar; not knowing is a hollow ring. */
export function StateMark({ state }: { state: DrawnState | null }) {
  const styles = useStyles2(getStyles);
  return (
    <span className={styles.label} data-testid="faultline-vm-state">
      <span className={cx(styles.mark, styles[state ?? 'unknown'])} aria-hidden="true" />
      {state ?? 'no data'}
    </span>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  label: css({ display: 'inline-flex', alignItems: 'center', gap: 6, whiteSpace: 'nowrap' }),
  mark: css({ width: 10, height: 10, flexShrink: 0, boxSizing: 'border-box' }),
  running: css({ background: theme.isDark ? '#12a089' : '#0b7a68', borderRadius: '50%' }),
  dormant: css({
    background: `radial-gradient(circle at 85% 15%, transparent 40%, ${theme.isDark ? '#7d8aee' : '#5361c4'} 42%)`,
    borderRadius: '50%',
  }),
  stopped: css({ background: theme.isDark ? '#8d96a4' : '#6a7482', borderRadius: 1 }),
  abnormal: css({ background: theme.isDark ? '#f5522a' : '#cc3811', clipPath: 'polygon(50% 0, 100% 100%, 0 100%)' }),
  unknown: css({ border: `2px dashed ${theme.colors.text.disabled}`, borderRadius: '50%' }),
});
