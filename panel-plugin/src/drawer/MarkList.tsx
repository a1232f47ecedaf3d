import { css, cx } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Button, useStyles2 } from '@grafana/ui';
import React from 'react';
import { Glyph } from '../panel/Glyph.tsx';
import { colourOf, shapeOf } from '../panel/Lane.tsx';
import { texts } from '../texts.ts';
import { fullTime } from '../time.ts';
import type { AlarmMark, OperationMark } from '../timeline/model.ts';
import type { DrawerProps } from './DetailDrawer.tsx';

/** All that one crowded label stands for, in order of time; none is left out (A21). */
export function MarkList({ selection, timeline, writer, colours, onSelect, onChangeTimeRange }: DrawerProps) {
  const styles = useStyles2(listStyles);
  const ids = new Set(selection.ids);
  const all: readonly (OperationMark | AlarmMark)[] = timeline[selection.lane];
  const marks = all.filter((mark) => ids.has(mark.id));
  const first = marks[0]?.from ?? 0;
  const last = marks.at(-1)?.from ?? first;
  const margin = Math.max((last - first) * 0.1, 1000);
  return (
    <>
      <Button
        size="sm"
        variant="secondary"
        icon="search-plus"
        onClick={() => onChangeTimeRange({ from: Math.floor(first - margin), to: Math.ceil(last + margin) })}
      >
        {texts.drawer.zoomHere}
      </Button>
      <ul className={styles.list}>
        {marks.map((mark) => (
          <li key={mark.id}>
            <button
              type="button"
              className={styles.entry}
              data-testid="faultline-list-entry"
              data-id={mark.id}
              onClick={() => onSelect({ ...selection, open: mark.id })}
            >
              <span className={styles.glyph} style={{ color: colourOf(mark, colours) }}>
                <Glyph shape={shapeOf(mark)} />
              </span>
              <span className={styles.name}>
                {'level' in mark ? mark.name : `${texts.operationKind(mark.kind)} ${texts.result(mark.result)}`}
                {mark.cause && <small className={styles.weak}>{mark.cause}</small>}
              </span>
              <span className={cx(styles.weak, styles.time)}>{fullTime(writer, mark.from)}</span>
            </button>
          </li>
        ))}
      </ul>
    </>
  );
}

const listStyles = (theme: GrafanaTheme2) => ({
  list: css({ listStyle: 'none', margin: theme.spacing(2, 0, 0), padding: 0 }),
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
  weak: css({
    color: theme.colors.text.secondary,
    fontSize: theme.typography.bodySmall.fontSize,
  }),
});
