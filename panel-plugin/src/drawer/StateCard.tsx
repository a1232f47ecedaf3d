import { Button, useStyles2 } from '@grafana/ui';
import React from 'react';
import { Glyph } from '../panel/Glyph.tsx';
import { stateName } from '../panel/marks.ts';
import type { StateSelection } from '../panel/selection.ts';
import { texts } from '../texts.ts';
import { duration, fullTime } from '../time.ts';
import { Around } from './Around.tsx';
import type { DrawerProps } from './DetailDrawer.tsx';
import { Facts } from './Facts.tsx';
import { Links } from './Links.tsx';
import { cardStyles } from './styles.ts';
import { stateGlyph } from '../timeline/glyphs.ts';

/** A stretch of the state bar: the drawn state, the hypervisor's own words for it, and how long it lasted. */
export function StateCard(props: Omit<DrawerProps, 'selection'> & { selection: StateSelection }) {
  const { selection, timeline, colours, writer, onChangeTimeRange } = props;
  const styles = useStyles2(cardStyles);
  const at = timeline.states.findIndex(({ from, to }) => from <= selection.at && selection.at < to);
  const state = timeline.states[at];
  if (!state) {
    const before = timeline.states.findLast(({ to }) => to <= selection.at);
    const after = timeline.states.find(({ from }) => from > selection.at);
    return (
      <div data-testid="faultline-state-card" data-state="no-data">
        <p className={styles.headline}>{texts.state('no-data')}</p>
        <p>{texts.drawer.noDataMeans}</p>
        <Facts
          facts={[
            [texts.drawer.since, before ? fullTime(writer, before.to) : ''],
            [texts.drawer.until, after ? fullTime(writer, after.from) : ''],
            [texts.drawer.before, before ? `${stateName(before.state, colours)}, ${before.raw}` : ''],
            [texts.drawer.afterwards, after ? `${stateName(after.state, colours)}, ${after.raw}` : ''],
          ]}
        />
        <Around {...props} at={selection.at} />
      </div>
    );
  }
  const length = state.to - state.from;
  const margin = Math.max(length * 0.1, 1000);
  const isLast = at === timeline.states.length - 1;
  return (
    <div
      style={{ ['--mark' as string]: colours.state[state.state].fill }}
      data-testid="faultline-state-card"
      data-state={state.state}
    >
      <p className={styles.headline}>
        <span className={styles.badge}>
          <Glyph shape={stateGlyph(state.state)} size={12} />
          {stateName(state.state, colours)}
        </span>{' '}
        {state.raw}
      </p>
      <Facts
        facts={[
          [texts.drawer.since, fullTime(writer, state.from)],
          [isLast ? texts.drawer.lastSeen : texts.drawer.until, fullTime(writer, state.to)],
          [texts.drawer.duration, duration(length)],
          [texts.drawer.host, state.host],
          [texts.drawer.source, state.source],
          [texts.drawer.together, state.count > 1 ? texts.tooltip.merged(state.count, duration(length)) : ''],
        ]}
      />
      <Button
        size="sm"
        variant="secondary"
        icon="search-plus"
        onClick={() => onChangeTimeRange({ from: Math.floor(state.from - margin), to: Math.ceil(state.to + margin) })}
      >
        {texts.drawer.zoomHere}
      </Button>
      <Links
        {...props}
        segment={{
          kind: 'state',
          from: state.from,
          to: state.to,
          state: state.state,
          raw: state.raw,
          host: state.host,
        }}
      />
      <Around {...props} at={state.from} />
    </div>
  );
}
