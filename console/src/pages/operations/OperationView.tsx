import { css, cx } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import { useOms } from '../../oms/context.ts';
import { useLive } from '../../oms/live.ts';
import type { NewsTopic } from '../../oms/news.ts';
import type { Hop, Operation } from '@faultline/contracts';
import { badColour } from '../../parts/colours.ts';
import { Facts } from '../../parts/Facts.tsx';
import { ResultMark } from '../../parts/Marks.tsx';
import { TextLink } from '../../parts/TextLink.tsx';
import { dateTime, duration } from '../../parts/texts.ts';
import { chartAround } from '../chartLink.ts';

const TOPICS: readonly NewsTopic[] = ['operation'];

/** An operation as it is now, hop by hop. */
export function OperationView({ id }: { id: string }) {
  const styles = useStyles2(getStyles);
  const { feed } = useOms();
  const { data, failure } = useLive<Operation>(`/api/v1/operations/${encodeURIComponent(id)}`, {
    topics: TOPICS,
    pollMs: 2_000,
  });
  if (data === undefined) {
    return <p>{failure === undefined ? 'Asking the OMS for the operation …' : failure.message}</p>;
  }
  const { vm, kind, initiator, started, ended, result, cause, progress, source, hops } = data;
  const now = feed.status?.now ?? started;
  return (
    <div data-testid="faultline-operation-view" data-result={result}>
      <p className={styles.headline}>
        <ResultMark result={result} />
        {cause !== undefined && <span className={styles.cause}>{cause}</span>}
      </p>
      <Facts
        facts={[
          ['Operation', kind],
          ['VM', <TextLink to={`/?vm=${vm.uuid}`}>{vm.name}</TextLink>],
          ['Asked by', initiator],
          ['Started', dateTime(started)],
          [ended === undefined ? 'Runs for' : 'Took', duration((ended ?? now) - started)],
          ['Progress', progress && `${progress.percent} %`],
          ['Performed by', source === 'faultline' ? null : source],
          ['Id', <code>{id}</code>],
        ]}
      />
      <p>
        <TextLink to={chartAround(vm.uuid, started, ended, now)}>Show it on the chart</TextLink>
      </p>
      {hops.length === 0 ? (
        <p className={styles.weak}>Nothing is known of its hops.</p>
      ) : (
        <ol className={styles.hops} aria-label="Hops">
          {hops.map((hop) => (
            <HopLine key={hop.seq} hop={hop} started={started} />
          ))}
        </ol>
      )}
    </div>
  );
}

function HopLine({ hop, started }: { hop: Hop; started: number }) {
  const styles = useStyles2(getStyles);
  const { from, to, message, at, result, cause, observed } = hop;
  const isBad = result === 'failed' || result === 'timeout';
  const isWeak = result === 'skipped' || observed === 'missing';
  const told = observed === 'missing' ? 'not told of' : result;
  return (
    <li className={cx(styles.hop, isBad && styles.bad, isWeak && styles.weak)} data-result={result}>
      <span className={styles.time}>{at === undefined ? '' : `+${duration(at - started)}`}</span>
      <span className={styles.parties}>
        {nameOf(from)} → {nameOf(to)}
      </span>
      <span className={styles.told}>{told}</span>
      <span className={styles.message}>
        {message}
        {cause !== undefined && <span className={styles.cause}>: {cause}</span>}
      </span>
    </li>
  );
}

const nameOf = ({ role, node }: Hop['from']): string => (node === undefined ? role : `${role} ${node}`);

const getStyles = (theme: GrafanaTheme2) => ({
  headline: css({ display: 'flex', flexWrap: 'wrap', gap: theme.spacing(1), overflowWrap: 'anywhere' }),
  cause: css({ overflowWrap: 'anywhere' }),
  hops: css({ listStyle: 'none', margin: 0 }),
  hop: css({
    display: 'grid',
    gridTemplateColumns: '64px 1fr auto',
    gap: theme.spacing(0, 1),
    padding: theme.spacing(0.75, 0.75),
    borderLeft: '3px solid transparent',
    borderTop: `1px solid ${theme.colors.border.weak}`,
  }),
  bad: css({ borderLeftColor: badColour(theme), background: theme.colors.error.transparent }),
  weak: css({ color: theme.colors.text.secondary }),
  time: css({ color: theme.colors.text.secondary, fontSize: theme.typography.bodySmall.fontSize }),
  parties: css({ fontWeight: theme.typography.fontWeightMedium, overflowWrap: 'anywhere' }),
  told: css({ color: theme.colors.text.secondary }),
  message: css({ gridColumn: '2 / -1', overflowWrap: 'anywhere' }),
});
