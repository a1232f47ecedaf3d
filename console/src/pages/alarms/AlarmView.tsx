import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import type { AlarmAlert, AlarmHistoryEntry, AlarmOperator, AlarmWithHistory } from '@faultline/contracts';
import { useOms } from '../../oms/context.ts';
import { useLive } from '../../oms/live.ts';
import type { NewsTopic } from '../../oms/news.ts';
import { Facts } from '../../parts/Facts.tsx';
import { LevelMark } from '../../parts/Marks.tsx';
import { TextLink } from '../../parts/TextLink.tsx';
import { dateTime } from '../../parts/texts.ts';
import { chartAround } from '../chartLink.ts';
import { AlarmActs } from './AlarmActs.tsx';

const TOPICS: readonly NewsTopic[] = ['alarm'];

/** An alarm with its details, what can be done about it, and what people did. */
export function AlarmView({ id }: { id: string }) {
  const styles = useStyles2(getStyles);
  const { feed } = useOms();
  const { data, failure, reload } = useLive<AlarmWithHistory>(`/api/v1/alarms/${encodeURIComponent(id)}`, {
    topics: TOPICS,
  });
  if (data === undefined) {
    return <p>{failure === undefined ? 'Asking the OMS for the alarm …' : failure.message}</p>;
  }
  const { vm, host, operator, alert, operation, cleared, raised } = data;
  const now = feed.status?.now ?? raised;
  return (
    <div data-testid="faultline-alarm-view" data-operator={operator.state}>
      <p className={styles.headline}>
        <LevelMark level={data.level} />
        <b>{data.name}</b>
      </p>
      <p className={styles.cause}>{data.cause}</p>
      <AlarmActs alarm={data} onDone={reload} />
      <Facts
        facts={[
          ['Operator state', stateText(operator)],
          ['Note', operator.note],
          ['VM', vm && <TextLink to={`/?vm=${vm.uuid}`}>{vm.name}</TextLink>],
          ['Host', <TextLink to={`/hosts?${new URLSearchParams({ host })}`}>{host}</TextLink>],
          ['Raised', dateTime(raised)],
          ['Cleared', cleared === undefined ? 'not yet' : dateTime(cleared)],
          ['Changed', data.changed === raised ? null : dateTime(data.changed)],
          ['Occurrences', data.occurrences === 1 ? null : data.occurrences.toLocaleString('en-GB')],
          ['Category', data.category],
          ['Source', data.source],
          ['Alertmanager', alert && alertText(alert)],
          ['Cycle', data.cycle],
          [
            'Operation',
            operation && <TextLink to={`/operations?${new URLSearchParams({ operation })}`}>{operation}</TextLink>,
          ],
          ['Id', <code>{id}</code>],
        ]}
      />
      {vm !== undefined && (
        <p>
          <TextLink to={chartAround(vm.uuid, raised, cleared, now)}>Show it on the chart</TextLink>
        </p>
      )}
      {Object.keys(data.details).length > 0 && (
        <>
          <h3 className={styles.title}>Details</h3>
          <Facts facts={Object.entries(data.details)} />
        </>
      )}
      <h3 className={styles.title}>What people did</h3>
      {data.history.length === 0 ? (
        <p className={styles.weak}>Nobody has done anything about it yet.</p>
      ) : (
        <ol className={styles.history}>
          {[...data.history].reverse().map((entry, index) => (
            <li key={data.history.length - index}>
              <span className={styles.weak}>{dateTime(entry.at)}</span> {entryText(entry)}
              {entry.note !== null && <p className={styles.note}>{entry.note}</p>}
            </li>
          ))}
        </ol>
      )}
    </div>
  );
}

export function stateText({ state, by, until }: AlarmOperator): string {
  if (state === 'none') {
    return 'nobody looks after it';
  }
  const who = by === null ? '' : ` by ${by}`;
  return `${state}${who}${until === null || state !== 'shelved' ? '' : ` until ${dateTime(until)}`}`;
}

function alertText({ silenced, inhibited, silencedBy = [], inhibitedBy = [] }: AlarmAlert): string {
  const by = (ids: readonly string[]): string => (ids.length === 0 ? '' : ` by ${ids.join(', ')}`);
  const known = [silenced && `silenced${by(silencedBy)}`, inhibited && `inhibited${by(inhibitedBy)}`]
    .filter(Boolean)
    .join('; ');
  return known !== ''
    ? known
    : silenced === false && inhibited === false
      ? 'neither silenced nor inhibited'
      : 'from there';
}

const ACTS: Record<string, string> = {
  acknowledge: 'acknowledged it',
  shelve: 'put it on the shelf',
  unshelve: 'took it off the shelf',
  close: 'closed it',
  note: 'noted',
  'shelf-end': 'Its time on the shelf ended',
  worsening: 'It got worse',
  recurrence: 'It happened again',
  'shelf-kept': 'It was raised anew, on the shelf',
};

function entryText({ act, by, until }: AlarmHistoryEntry): string {
  const what = ACTS[act] ?? act;
  const end = until === null ? '' : ` until ${dateTime(until)}`;
  return by === null ? `${what}${end}` : `${by} ${what}${end}`;
}

const getStyles = (theme: GrafanaTheme2) => ({
  headline: css({ display: 'flex', flexWrap: 'wrap', gap: theme.spacing(1), margin: 0, overflowWrap: 'anywhere' }),
  cause: css({ overflowWrap: 'anywhere', whiteSpace: 'pre-wrap' }),
  title: css({ fontSize: theme.typography.h5.fontSize, margin: theme.spacing(2, 0, 1) }),
  history: css({ listStyle: 'none', margin: 0, '& li': { padding: theme.spacing(0.5, 0), overflowWrap: 'anywhere' } }),
  note: css({ margin: theme.spacing(0.5, 0, 0.5, 2), whiteSpace: 'pre-wrap' }),
  weak: css({ color: theme.colors.text.secondary }),
});
