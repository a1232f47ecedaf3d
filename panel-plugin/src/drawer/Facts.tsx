import { useStyles2 } from '@grafana/ui';
import React from 'react';
import { cardStyles } from './styles.ts';

/** Names and values, one pair a row; pairs without a value are left out. */
export function Facts({ facts }: { facts: (readonly [name: string, value: React.ReactNode])[] }) {
  const styles = useStyles2(cardStyles);
  return (
    <dl className={styles.facts}>
      {facts
        .filter(([, value]) => value !== '' && value !== null)
        .map(([name, value]) => (
          <React.Fragment key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </React.Fragment>
        ))}
    </dl>
  );
}
