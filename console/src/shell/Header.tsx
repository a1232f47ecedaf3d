import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import { useSyncExternalStore, type ReactNode } from 'react';
import { useOms } from '../oms/context.ts';
import type { Mode } from './theme.ts';

interface Props {
  mode: Mode;
  onToggleTheme: () => void;
  /** The navigation. */
  children?: ReactNode;
}

export function Header({ mode, onToggleTheme, children }: Props) {
  const styles = useStyles2(getStyles);
  const other = mode === 'dark' ? 'light' : 'dark';
  return (
    <header className={styles.header}>
      <a href="/" className={styles.brand} aria-label="Faultline, start page">
        <img src="/favicon.svg" alt="" width={28} height={28} />
        Faultline
      </a>
      {children}
      <Who />
      <button
        type="button"
        className={styles.button}
        onClick={onToggleTheme}
        title={`Change to the ${other} theme`}
        aria-label={`Change to the ${other} theme`}
        data-testid="faultline-theme"
      >
        {mode === 'dark' ? <Sun /> : <Moon />}
      </button>
    </header>
  );
}

/** Who the OMS takes the person for, and how to be somebody else. */
function Who() {
  const styles = useStyles2(getStyles);
  const { caller, token } = useOms();
  const { text } = useSyncExternalStore(token.subscribe, token.snapshot);
  if (caller === undefined) {
    return <span />;
  }
  const name = text === null ? 'No token' : caller.who.replace(/^token\//, '');
  return (
    <button
      type="button"
      className={styles.button}
      onClick={() => token.want(true)}
      title={`The OMS knows you as ${caller.who}, who may ${caller.role}`}
      data-testid="faultline-caller"
    >
      <span className={styles.who}>{name}</span>
      <span>· {caller.role}</span>
    </button>
  );
}

const Sun = () => (
  <svg
    viewBox="0 0 24 24"
    width="18"
    height="18"
    fill="none"
    stroke="currentColor"
    strokeWidth="2"
    strokeLinecap="round"
    aria-hidden
  >
    <circle cx="12" cy="12" r="4.5" />
    <path d="M12 2v2.5M12 19.5V22M2 12h2.5M19.5 12H22M4.9 4.9l1.8 1.8M17.3 17.3l1.8 1.8M4.9 19.1l1.8-1.8M17.3 6.7l1.8-1.8" />
  </svg>
);

const Moon = () => (
  <svg
    viewBox="0 0 24 24"
    width="18"
    height="18"
    fill="none"
    stroke="currentColor"
    strokeWidth="2"
    strokeLinejoin="round"
    aria-hidden
  >
    <path d="M20 14.5A8.5 8.5 0 1 1 9.5 4a7 7 0 0 0 10.5 10.5Z" />
  </svg>
);

const getStyles = (theme: GrafanaTheme2) => ({
  header: css({
    display: 'grid',
    gridTemplateColumns: 'auto 1fr auto auto',
    alignItems: 'center',
    columnGap: theme.spacing(2),
    // As high with the navigation as without, so that nothing moves when it comes.
    minHeight: 45,
    padding: theme.spacing(0, 1.5),
    borderBottom: `1px solid ${theme.colors.border.weak}`,
    background: theme.colors.background.primary,
    [theme.breakpoints.down('md')]: {
      gridTemplateColumns: '1fr auto auto',
      columnGap: theme.spacing(1),
      padding: theme.spacing(0.75, 1, 0),
    },
  }),
  brand: css({
    display: 'inline-flex',
    alignItems: 'center',
    gap: theme.spacing(1),
    minHeight: 34,
    fontSize: theme.typography.h4.fontSize,
    fontWeight: theme.typography.fontWeightMedium,
    color: theme.colors.text.primary,
  }),
  button: css({
    display: 'inline-flex',
    alignItems: 'center',
    gap: 6,
    minWidth: 0,
    padding: 6,
    border: `1px solid ${theme.colors.border.weak}`,
    borderRadius: theme.shape.radius.default,
    background: 'transparent',
    color: theme.colors.text.secondary,
    fontSize: theme.typography.bodySmall.fontSize,
    lineHeight: '18px',
    '&:hover': { color: theme.colors.text.primary, background: theme.colors.action.hover },
    '&:focus-visible': { outline: `2px solid ${theme.colors.primary.main}`, outlineOffset: 2 },
  }),
  who: css({ maxWidth: 140, overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' }),
});
