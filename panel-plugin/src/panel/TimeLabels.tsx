import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import React from 'react';
import type { TimeAxisBoxes } from '../timeline/layers/timeAxis.ts';

/** The running time as text below the x axis (A15). `width` is that of the chart: no label leaves it. */
export const TimeLabels = React.memo(function TimeLabels({ boxes, width }: { boxes: TimeAxisBoxes; width: number }) {
  const styles = useStyles2(timeStyles);
  return (
    <>
      {boxes.ticks.map(({ time, x, label, date }) => (
        <div
          key={time}
          data-testid="faultline-time-label"
          data-time={time}
          className={styles.label}
          style={{ left: x, top: boxes.y + 5, transform: `translateX(${x > width - 40 ? '-80%' : '-50%'})` }}
        >
          <div>{label}</div>
          {date && <div className={styles.date}>{date}</div>}
        </div>
      ))}
    </>
  );
});

const timeStyles = (theme: GrafanaTheme2) => ({
  label: css({
    position: 'absolute',
    textAlign: 'center',
    whiteSpace: 'nowrap',
    fontSize: 11,
    lineHeight: '14px',
    color: theme.colors.text.secondary,
  }),
  date: css({ color: theme.colors.text.primary, fontWeight: theme.typography.fontWeightMedium }),
});
