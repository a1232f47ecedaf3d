import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Button, useStyles2 } from '@grafana/ui';
import React from 'react';

/** Height of a {@link Notice}, in CSS pixels. */
export const NOTICE_HEIGHT = 24;

export interface MessageAction {
  label: string;
  run(): void;
}

interface MessageProps {
  title: string;
  lines: string[];
  action?: MessageAction;
}

/** Says, in the middle of its place, why nothing is drawn there, and what can be done. */
export function Message({ title, lines, action }: MessageProps) {
  const styles = useStyles2(messageStyles);
  return (
    <div className={styles.place} data-testid="faultline-message" role="status">
      <div className={styles.box}>
        <div className={styles.title}>{title}</div>
        {lines.filter(Boolean).map((line, i) => (
          // Two frames may be wrong in the same words.
          <div key={i} className={styles.line}>
            {line}
          </div>
        ))}
        {action && (
          <Button size="sm" variant="secondary" onClick={action.run}>
            {action.label}
          </Button>
        )}
      </div>
    </div>
  );
}

/** A line above the chart on what is wrong with the data that is drawn, and what can be done. */
export function Notice({ lines, action }: { lines: string[]; action?: MessageAction | undefined }) {
  const styles = useStyles2(messageStyles);
  const all = lines.join(' ');
  return (
    <div className={styles.noticeLine}>
      <div className={styles.notice} data-testid="faultline-notice" role="status" title={all}>
        {all}
      </div>
      {action && (
        <Button size="sm" variant="secondary" fill="text" onClick={action.run}>
          {action.label}
        </Button>
      )}
    </div>
  );
}

const messageStyles = (theme: GrafanaTheme2) => ({
  place: css({
    position: 'absolute',
    inset: 0,
    display: 'flex',
    alignItems: 'center',
    justifyContent: 'center',
    overflow: 'auto',
    padding: theme.spacing(1),
    pointerEvents: 'none',
  }),
  box: css({
    display: 'flex',
    flexDirection: 'column',
    alignItems: 'center',
    gap: theme.spacing(0.5),
    maxWidth: 560,
    maxHeight: '100%',
    textAlign: 'center',
    pointerEvents: 'auto',
    margin: 'auto',
    padding: theme.spacing(1, 2),
    borderRadius: theme.shape.radius.default,
    background: theme.colors.background.primary,
    '& button': { marginTop: theme.spacing(1) },
  }),
  title: css({ fontSize: theme.typography.h5.fontSize, fontWeight: theme.typography.fontWeightMedium }),
  line: css({ color: theme.colors.text.secondary, overflowWrap: 'anywhere' }),
  noticeLine: css({ display: 'flex', alignItems: 'center', height: NOTICE_HEIGHT }),
  notice: css({
    flex: '0 1 auto',
    minWidth: 0,
    height: NOTICE_HEIGHT,
    lineHeight: `${NOTICE_HEIGHT - 4}px`,
    padding: theme.spacing(0, 1),
    fontSize: theme.typography.bodySmall.fontSize,
    color: theme.colors.warning.text,
    whiteSpace: 'nowrap',
    overflow: 'hidden',
    textOverflow: 'ellipsis',
  }),
});
