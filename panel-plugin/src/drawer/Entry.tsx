import { css, cx } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import React from 'react';

interface EntryProps {
  glyph: React.ReactNode;
  colour: string;
  name: string;
  note: string;
  time: string;
  id?: string;
  onOpen(): void;
}

/** One line of a list of what happened, which opens it. */
export function Entry({ glyph, colour, name, note, time, id, onOpen }: EntryProps) {
  const styles = useStyles2(entryStyles);
  return (
    <li>
      <button type="button" className={styles.entry} data-testid="faultline-list-entry" data-id={id} onClick={onOpen}>
        <span className={styles.glyph} style={{ color: colour }}>
          {glyph}
        </span>
        <span className={styles.name}>
          {name}
          {note && <small className={styles.weak}>{note}</small>}
        </span>
        <span className={cx(styles.weak, styles.time)}>{time}</span>
      </button>
    </li>
  );
}

const entryStyles = (theme: GrafanaTheme2) => ({
  entry: css({
    display: 'flex',
    alignItems: 'center',
    gap: theme.spacing(1),
    width: '100%',
    minHeight: 36,
    padding: theme.spacing(0.5, 1),
    border: 'none',
    borderBottom: `1px solid ${theme.colors.border.weak}`,
    background: 'none',
    color: 'inherit',
    textAlign: 'left',
    '&:hover': { background: theme.colors.action.hover },
    '&:focus-visible': { outline: `2px solid ${theme.colors.primary.border}`, outlineOffset: -2 },
  }),
  glyph: css({ display: 'flex', '--glyph-ink': theme.colors.background.primary }),
  name: css({ flex: 1, minWidth: 0, overflowWrap: 'anywhere', '& small': { display: 'block' } }),
  time: css({ fontVariantNumeric: 'tabular-nums' }),
  weak: css({ color: theme.colors.text.secondary, fontSize: theme.typography.bodySmall.fontSize }),
});
