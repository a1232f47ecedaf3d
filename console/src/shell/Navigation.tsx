import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import { Link, useLocation } from 'react-router-dom';
import type { FaultReport } from '@faultline/contracts';
import { useLive } from '../oms/live.ts';
import { useOpenAlarms } from '../oms/openAlarms.ts';
import { pages } from '../pages/index.ts';

/** Of more than these is said that there are more. */
const MOST_REPORTS = 99;
const UNRESOLVED = `/api/v1/fault-reports?resolved=false&limit=${MOST_REPORTS}`;

/** The pages, with what of each waits for somebody. */
export function Navigation() {
  const styles = useStyles2(getStyles);
  const { pathname } = useLocation();
  const { critical, truncated } = useOpenAlarms();
  // No news tell of fault reports.
  const reports = useLive<{ items: FaultReport[]; next: string | null }>(UNRESOLVED, { pollMs: 10_000 }).data;
  const waiting = {
    'critical alarms': [critical, truncated],
    'unresolved fault reports': [reports?.items.length ?? 0, reports?.next !== null && reports !== undefined],
  } as const;
  return (
    <nav className={styles.nav} aria-label="Pages" data-testid="faultline-navigation">
      {pages.map(({ path, title, waits }) => {
        // A VM's own page belongs to the VMs.
        const isCurrent = pathname === path || (path === '/vms' && pathname === '/');
        const [count, isMore] = waits === undefined ? [0, false] : waiting[waits];
        return (
          <Link key={path} to={path} className={styles.link} aria-current={isCurrent ? 'page' : undefined}>
            {title}
            {count > 0 && (
              <span className={styles.count} title={`${count}${isMore ? ' or more' : ''} ${waits}`}>
                {count}
                {isMore && '+'}
                <span className={styles.said}> {waits}</span>
              </span>
            )}
          </Link>
        );
      })}
    </nav>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  nav: css({
    display: 'flex',
    alignSelf: 'stretch',
    minWidth: 0,
    overflowX: 'auto',
    scrollbarWidth: 'none',
    [theme.breakpoints.down('md')]: { gridColumn: '1 / -1', gridRow: 2, margin: theme.spacing(0, -1) },
  }),
  link: css({
    display: 'inline-flex',
    alignItems: 'center',
    gap: 6,
    padding: theme.spacing(0, 1.5),
    minHeight: 44,
    whiteSpace: 'nowrap',
    color: theme.colors.text.secondary,
    borderBottom: '2px solid transparent',
    '&:hover': { color: theme.colors.text.primary },
    '&[aria-current]': { color: theme.colors.text.primary, borderBottomColor: theme.colors.primary.main },
    '&:focus-visible': { outline: `2px solid ${theme.colors.primary.main}`, outlineOffset: -2 },
    [theme.breakpoints.down('md')]: { padding: theme.spacing(0, 1), minHeight: 40, fontSize: 13, gap: 4 },
  }),
  count: css({
    padding: '0 6px',
    borderRadius: theme.shape.radius.pill,
    background: '#c22e0a',
    color: '#ffffff',
    fontSize: theme.typography.bodySmall.fontSize,
    lineHeight: '18px',
  }),
  said: css({ position: 'absolute', width: 1, height: 1, overflow: 'hidden', clipPath: 'inset(50%)' }),
});
