import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import { useEffect, type ReactNode } from 'react';

interface Props {
  title: string;
  /** Beside the title: how much there is. */
  count?: ReactNode;
  /** What can be done on this page. */
  actions?: ReactNode;
  filters?: ReactNode;
  children: ReactNode;
}

/** A page of the console: what it is, its filters, and what it shows, which alone scrolls on a wide screen. */
export function PageFrame({ title, count, actions, filters, children }: Props) {
  const styles = useStyles2(getStyles);
  useEffect(() => {
    document.title = `${title} · Faultline`;
  }, [title]);
  return (
    <section className={styles.page} aria-label={title}>
      <div className={styles.head}>
        <h1 className={styles.title}>{title}</h1>
        <span className={styles.count} role="status">
          {count}
        </span>
        <div className={styles.actions}>{actions}</div>
      </div>
      {filters !== undefined && (
        <div className={styles.filters} role="search" aria-label={`Filters of ${title}`}>
          {filters}
        </div>
      )}
      <div className={styles.content}>{children}</div>
    </section>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  page: css({
    display: 'flex',
    flexDirection: 'column',
    flex: 1,
    minWidth: 0,
    minHeight: 0,
    [theme.breakpoints.down('md')]: { display: 'block', overflowY: 'auto' },
  }),
  head: css({
    display: 'flex',
    flexWrap: 'wrap',
    alignItems: 'center',
    gap: theme.spacing(0.5, 1.5),
    minHeight: 32,
    padding: theme.spacing(1.5, 2, 0),
    [theme.breakpoints.down('md')]: { padding: theme.spacing(1, 1, 0) },
  }),
  title: css({ margin: 0, fontSize: theme.typography.h3.fontSize }),
  count: css({ color: theme.colors.text.secondary }),
  actions: css({ display: 'flex', flexWrap: 'wrap', gap: theme.spacing(1), marginLeft: 'auto' }),
  filters: css({
    display: 'flex',
    flexWrap: 'wrap',
    alignItems: 'center',
    gap: theme.spacing(1),
    padding: theme.spacing(1.5, 2, 1),
    [theme.breakpoints.down('md')]: { padding: theme.spacing(1) },
  }),
  content: css({
    flex: 1,
    minHeight: 0,
    overflow: 'auto',
    padding: theme.spacing(0, 0.5, 2),
    [theme.breakpoints.down('md')]: { overflow: 'visible', padding: 0 },
  }),
});
