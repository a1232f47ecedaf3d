import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Button, useStyles2 } from '@grafana/ui';
import React, { useEffect, useRef } from 'react';
import { texts } from '../texts.ts';

/** Height of the line above a VM's chart that was opened from the overview, in CSS pixels. */
export const OPENED_VM_HEIGHT = 32;

interface OpenedVmProps {
  name: string;
  /** Whether Escape is for the way back: not while something else is open that it closes. */
  escapes: boolean;
  onBack(): void;
}

/** Whose chart this is, and the way back to all of them: by the button or by Escape. */
export function OpenedVm({ name, escapes, onBack }: OpenedVmProps) {
  const styles = useStyles2(openedStyles);
  const line = useRef<HTMLDivElement>(null);
  useEffect(() => {
    line.current?.querySelector('button')?.focus({ preventScroll: true });
  }, []);
  useEffect(() => {
    if (!escapes) {
      return;
    }
    const panel = line.current?.parentElement;
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.key === 'Escape' && !event.defaultPrevented) {
        // Grafana would leave the panel's full view.
        event.preventDefault();
        event.stopPropagation();
        onBack();
      }
    };
    panel?.addEventListener('keydown', onKeyDown);
    return () => panel?.removeEventListener('keydown', onKeyDown);
  }, [escapes, onBack]);
  return (
    <div ref={line} className={styles.line} data-testid="faultline-opened-vm">
      <Button size="sm" variant="secondary" fill="text" icon="arrow-left" onClick={onBack}>
        {texts.overview.back}
      </Button>
      <span className={styles.name}>{name}</span>
    </div>
  );
}

const openedStyles = (theme: GrafanaTheme2) => ({
  line: css({ display: 'flex', alignItems: 'center', gap: theme.spacing(1), height: OPENED_VM_HEIGHT }),
  name: css({
    overflow: 'hidden',
    textOverflow: 'ellipsis',
    whiteSpace: 'nowrap',
    fontWeight: theme.typography.fontWeightMedium,
  }),
});
