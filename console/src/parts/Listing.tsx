import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Button, useStyles2 } from '@grafana/ui';
import type { ReactNode } from 'react';
import { useOms } from '../oms/context.ts';
import type { Live } from '../oms/live.ts';
import { Message } from './Message.tsx';
import { Notice } from './Notice.tsx';

interface Props<T> {
  live: Live<readonly T[]>;
  /** What they are: `alarms`. */
  noun: string;
  /** What is said where there are none. */
  empty: ReactNode;
  /** Takes away the filters; undefined where none is set. */
  onClear?: (() => void) | undefined;
  /** Where the list goes on: whether, and how to see more. */
  hasMore?: boolean;
  onMore?: () => void;
  children: (items: readonly T[]) => ReactNode;
}

/** A list that is asked of the OMS, in each of its states: not there yet, failing, empty, and there. */
export function Listing<T>({ live, noun, empty, onClear, hasMore = false, onMore, children }: Props<T>) {
  const styles = useStyles2(getStyles);
  const { feed } = useOms();
  const { data, failure, isOld, reload } = live;
  if (failure !== undefined && (data === undefined || isOld)) {
    return (
      <Message title={`The ${noun} could not be read`} testId="faultline-list-failed">
        <p>{failure.message}</p>
        <Button variant="secondary" onClick={reload}>
          Try again
        </Button>
      </Message>
    );
  }
  if (data === undefined) {
    return <p className={styles.loading}>Asking the OMS for {noun} …</p>;
  }
  return (
    <>
      {failure !== undefined && feed.failure === undefined && (
        <Notice severity="error" title={`The ${noun} could not be read anew:`} testId="faultline-list-old">
          <span>{failure.message} What is shown is from before.</span>
        </Notice>
      )}
      {data.length > 0 && children(data)}
      {data.length === 0 && (
        <div className={styles.none} data-testid="faultline-list-empty">
          {onClear === undefined ? (
            empty
          ) : (
            <>
              <p>No {noun} fit these filters.</p>
              <Button variant="secondary" onClick={onClear}>
                Take the filters away
              </Button>
            </>
          )}
        </div>
      )}
      {hasMore && (
        <p className={styles.more} data-testid="faultline-list-more">
          <span>
            These are {data.length} {noun}; there are more.
          </span>
          <Button variant="secondary" onClick={onMore} disabled={isOld}>
            Show more
          </Button>
        </p>
      )}
    </>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  loading: css({ padding: theme.spacing(4, 2), color: theme.colors.text.secondary }),
  none: css({ padding: theme.spacing(4, 2), color: theme.colors.text.secondary }),
  more: css({
    display: 'flex',
    flexWrap: 'wrap',
    alignItems: 'center',
    gap: theme.spacing(1.5),
    margin: 0,
    padding: theme.spacing(1.5),
    color: theme.colors.text.secondary,
  }),
});
