import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Button, useStyles2 } from '@grafana/ui';
import React from 'react';
import { Glyph } from '../panel/Glyph.tsx';
import { causeOf, colourOf, marksOf, nameOf, shapeOf } from '../panel/marks.ts';
import type { LabelSelection } from '../panel/selection.ts';
import { texts } from '../texts.ts';
import { fullTime } from '../time.ts';
import type { DrawerProps } from './DetailDrawer.tsx';
import { Entry } from './Entry.tsx';

/** All that one crowded label stands for, in order of time; none is left out (A21), and what was only counted is said. */
export function MarkList({ selection, ...props }: Omit<DrawerProps, 'selection'> & { selection: LabelSelection }) {
  const { timeline, writer, colours, onSelect, onChangeTimeRange } = props;
  const styles = useStyles2(listStyles);
  const { lane, counted } = selection;
  const ids = new Set(selection.ids);
  const marks = marksOf(timeline, lane).filter((mark) => ids.has(mark.id));
  const begins = [...marks.map(({ from }) => from), ...(counted ? [counted.from, counted.to] : [])];
  const first = begins.reduce((least, at) => Math.min(least, at), Infinity);
  const last = begins.reduce((most, at) => Math.max(most, at), -Infinity);
  const margin = Math.max((last - first) * 0.1, 1000);
  return (
    <>
      {counted && <p data-testid="faultline-only-counted">{texts.onlyCounted(counted.count)}</p>}
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
          <Entry
            key={mark.id}
            id={mark.id}
            glyph={<Glyph shape={shapeOf(mark)} />}
            colour={colourOf(lane, shapeOf(mark), colours)}
            name={nameOf(mark)}
            note={causeOf(mark)}
            time={fullTime(writer, mark.from)}
            onOpen={() => onSelect({ ...selection, open: mark.id })}
          />
        ))}
      </ul>
    </>
  );
}

const listStyles = (theme: GrafanaTheme2) => ({
  list: css({ listStyle: 'none', margin: theme.spacing(2, 0, 0), padding: 0 }),
});
