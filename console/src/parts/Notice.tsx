import { css, cx } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Icon, useStyles2 } from '@grafana/ui';
import type { ReactNode } from 'react';

type Severity = 'info' | 'warning' | 'error';

interface Props {
  severity: Severity;
  title: string;
  testId: string;
  children?: ReactNode;
}

const ICONS = { info: 'info-circle', warning: 'exclamation-triangle', error: 'exclamation-circle' } as const;

/** A bar across the page: one line where there is room, because every line of it is taken from the chart. */
export function Notice({ severity, title, testId, children }: Props) {
  const styles = useStyles2(getStyles);
  return (
    <div
      className={cx(styles.notice, styles[severity])}
      role={severity === 'error' ? 'alert' : 'status'}
      data-testid={testId}
    >
      <Icon name={ICONS[severity]} className={cx(styles.icon, styles[`${severity}Ink`])} />
      <div className={styles.text}>
        <strong>{title}</strong>
        {children}
      </div>
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => {
  const bar = (color: 'info' | 'warning' | 'error') =>
    css({ background: theme.colors[color].transparent, borderBottomColor: theme.colors[color].borderTransparent });
  const ink = (color: 'info' | 'warning' | 'error') => css({ color: theme.colors[color].text });
  return {
    notice: css({
      display: 'flex',
      gap: theme.spacing(1),
      padding: theme.spacing(0.75, 2),
      borderBottom: '1px solid',
      [theme.breakpoints.down('md')]: {
        padding: theme.spacing(0.75, 1),
        fontSize: theme.typography.bodySmall.fontSize,
      },
    }),
    info: bar('info'),
    warning: bar('warning'),
    error: bar('error'),
    icon: css({ marginTop: 3, flexShrink: 0 }),
    infoInk: ink('info'),
    warningInk: ink('warning'),
    errorInk: ink('error'),
    text: css({
      display: 'flex',
      flexWrap: 'wrap',
      columnGap: theme.spacing(1.5),
      minWidth: 0,
      overflowWrap: 'anywhere',
      '& strong': { fontWeight: theme.typography.fontWeightMedium },
    }),
  };
};
