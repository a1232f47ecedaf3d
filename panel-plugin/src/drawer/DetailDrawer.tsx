import { css } from '@emotion/css';
import type { AbsoluteTimeRange, GrafanaTheme2, InterpolateFunction, PanelData } from '@grafana/data';
import { IconButton, Portal, useStyles2 } from '@grafana/ui';
import React, { useCallback, useEffect, useId, useRef } from 'react';
import type { LabelSelection, Selection } from '../panel/selection.ts';
import { texts } from '../texts.ts';
import type { TimeWriter } from '../time.ts';
import type { Timeline } from '../timeline/model.ts';
import type { TimelineTheme } from '../timeline/theme.ts';
import { AlarmCard } from './AlarmCard.tsx';
import { MarkList } from './MarkList.tsx';
import { OperationDetail } from './OperationDetail.tsx';
import { StateCard } from './StateCard.tsx';
import { VerdictCard } from './VerdictCard.tsx';

export interface DrawerProps {
  selection: Selection;
  timeline: Timeline;
  data: PanelData;
  writer: TimeWriter;
  colours: TimelineTheme;
  onSelect(selection: Selection): void;
  onClose(): void;
  onChangeTimeRange(range: AbsoluteTimeRange): void;
  /** Puts variables in, of the dashboard and of a link's own thing. */
  replaceVariables: InterpolateFunction;
}

interface DrawerWatcher {
  /** Told of the drawer's element when it opens, and of null when it closes; the same function at each render. */
  onElement(element: HTMLElement | null): void;
}

/**
 * The detail area (A18): at the right of the window, over it all on a phone. The chart stays usable beside it. It takes the focus and
 * gives it back when it closes, by its button or by Escape.
 */
export function DetailDrawer({ onElement, ...props }: DrawerProps & DrawerWatcher) {
  const { selection, onSelect, onClose } = props;
  const styles = useStyles2(drawerStyles);
  const titleId = useId();
  const drawer = useRef<HTMLDivElement>(null);
  useFocusInside(
    drawer,
    selection.lane === 'state' ? 'state' : `${selection.lane} ${selection.open ?? selection.ids[0] ?? ''}`,
  );
  useEscape(onClose);
  const attach = useCallback(
    (element: HTMLDivElement | null) => {
      drawer.current = element;
      onElement(element);
    },
    [onElement],
  );

  const list = selection.lane !== 'state' && selection.open !== null && isCrowd(selection) ? selection : null;
  return (
    <Portal>
      <div
        ref={attach}
        className={styles.drawer}
        role="dialog"
        aria-labelledby={titleId}
        tabIndex={-1}
        data-testid="faultline-drawer"
      >
        <div className={styles.head}>
          {list && (
            <IconButton
              name="arrow-left"
              size="lg"
              aria-label={texts.drawer.back}
              onClick={() => onSelect({ ...list, open: null })}
            />
          )}
          <h2 id={titleId} className={styles.title}>
            {titleOf(selection)}
          </h2>
          <IconButton name="times" size="xl" aria-label={texts.drawer.close} onClick={onClose} />
        </div>
        <div className={styles.body}>
          <Body {...props} />
        </div>
      </div>
    </Portal>
  );
}

const isCrowd = ({ ids, counted }: LabelSelection): boolean => ids.length > 1 || counted !== undefined;

function Body(props: DrawerProps) {
  const { selection, timeline } = props;
  if (selection.lane === 'state') {
    return <StateCard {...props} selection={selection} />;
  }
  const id = selection.open;
  if (id === null) {
    return <MarkList {...props} selection={selection} />;
  }
  switch (selection.lane) {
    case 'alarms':
      return <AlarmCard {...props} id={id} mark={timeline.alarms.find((one) => one.id === id)} />;
    case 'operations':
      return <OperationDetail {...props} id={id} mark={timeline.operations.find((one) => one.id === id)} />;
    case 'verdicts':
      return <VerdictCard {...props} id={id} mark={timeline.verdicts.find((one) => one.id === id)} />;
  }
}

function titleOf(selection: Selection): string {
  switch (selection.lane) {
    case 'state':
      return texts.drawer.state;
    case 'alarms':
      return crowdTitle(selection) ?? texts.drawer.alarm;
    case 'operations':
      return crowdTitle(selection) ?? texts.drawer.operation;
    case 'verdicts':
      return crowdTitle(selection) ?? texts.drawer.verdict;
  }
}

const crowdTitle = ({ lane, ids, open, counted }: LabelSelection): string | null =>
  open === null ? texts.count[lane](ids.length + (counted?.count ?? 0)) : null;

/** Focus goes into the drawer when it opens or shows something else, and back to where it was when it closes. */
function useFocusInside(drawer: React.RefObject<HTMLDivElement | null>, shown: string): void {
  const before = useRef<Element | null>(null);
  useEffect(() => {
    if (!drawer.current?.contains(document.activeElement)) {
      before.current = document.activeElement;
    }
    drawer.current?.focus({ preventScroll: true });
  }, [drawer, shown]);
  useEffect(
    () => () => {
      if (before.current instanceof HTMLElement && before.current.isConnected) {
        before.current.focus({ preventScroll: true });
      }
    },
    [],
  );
}

function useEscape(onClose: () => void): void {
  useEffect(() => {
    const close = (event: KeyboardEvent) => {
      if (event.key === 'Escape' && !event.defaultPrevented) {
        event.preventDefault();
        onClose();
      }
    };
    document.addEventListener('keydown', close);
    return () => document.removeEventListener('keydown', close);
  }, [onClose]);
}

const drawerStyles = (theme: GrafanaTheme2) => ({
  drawer: css({
    position: 'fixed',
    top: 0,
    right: 0,
    bottom: 0,
    width: 'min(560px, 100vw)',
    display: 'flex',
    flexDirection: 'column',
    zIndex: theme.zIndex.sidemenu,
    background: theme.colors.background.primary,
    borderLeft: `1px solid ${theme.colors.border.weak}`,
    boxShadow: theme.shadows.z3,
    color: theme.colors.text.primary,
    '&:focus': { outline: 'none' },
  }),
  head: css({
    display: 'flex',
    alignItems: 'center',
    gap: theme.spacing(1),
    padding: theme.spacing(1.5, 2),
    borderBottom: `1px solid ${theme.colors.border.weak}`,
  }),
  title: css({ flex: 1, margin: 0, fontSize: theme.typography.h4.fontSize }),
  body: css({ flex: 1, overflow: 'auto', padding: theme.spacing(2) }),
});
