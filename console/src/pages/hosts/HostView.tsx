import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Button, useStyles2 } from '@grafana/ui';
import { useOms } from '../../oms/context.ts';
import type { HostCycles, Isolation } from '@faultline/contracts';
import { useLivePages } from '../../oms/live.ts';
import { Facts } from '../../parts/Facts.tsx';
import { TextLink } from '../../parts/TextLink.tsx';
import { counted, dateTime, duration } from '../../parts/texts.ts';
import { hardwareText } from './hardware.ts';
import { CycleStrip, useCycles } from './CycleStrip.tsx';
import type { ListedHost } from './heard.ts';
import { Heard } from './HostsPage.tsx';
import { IsolationForm } from './IsolationForm.tsx';

/** Of more stretches than these, the newest are listed. */
const MOST_LISTED = 50;

interface Props {
  host: ListedHost;
  from: number;
  now: number;
  onChanged: () => void;
}

/** A host: its cycles, and its isolation with its history. */
export function HostView({ host, from, now, onChanged }: Props) {
  const styles = useStyles2(getStyles);
  const { name, controlled, vms, heard, isolation } = host;
  const { feed } = useOms();
  const cycles = useCycles(name, from).data;
  const history = useLivePages<Isolation>(`/api/v1/hosts/${encodeURIComponent(name)}/isolations`, { limit: 20 });
  const changed = () => {
    onChanged();
    history.reload();
  };
  return (
    <div>
      <Facts
        facts={[
          [
            'VMs',
            vms === 0 ? (
              'none'
            ) : (
              <TextLink to={`/vms?${new URLSearchParams({ host: name })}`}>{counted(vms, 'VM')}</TextLink>
            ),
          ],
          ['Last cycle', feed.status?.recording === null && <Heard heard={heard} now={now} />],
          ['Not heard', heard?.error],
          ['Number', cycles?.last?.number],
          ['Hardware', hardwareText(cycles?.last?.judgement)],
          ['Exporter', heard && <code>{heard.url}</code>],
          ['Operations', controlled ? 'controlled from here' : 'not controlled from here'],
        ]}
      />
      <IsolationForm host={name} isolation={isolation} now={now} onChanged={changed} />
      <h3 className={styles.title}>Cycles since {dateTime(from)}</h3>
      <div className={styles.strip}>
        <CycleStrip host={name} from={from} now={now} />
      </div>
      {cycles !== undefined && <Stretches cycles={cycles} from={from} />}
      <h3 className={styles.title}>Isolations</h3>
      {history.data?.length === 0 && <p className={styles.weak}>It was never isolated.</p>}
      <ol className={styles.list}>
        {history.data?.map((each) => (
          <li key={each.since}>
            <span className={styles.weak}>
              {dateTime(each.since)} – {endOf(each, now)}
            </span>
            <div>
              {each.by}: {each.why}
            </div>
          </li>
        ))}
      </ol>
      {history.hasMore && (
        <Button size="sm" variant="secondary" onClick={history.more}>
          Show more
        </Button>
      )}
    </div>
  );
}

function endOf({ ended, endedBy, until }: Isolation, now: number): string {
  if (ended !== undefined) {
    return `${dateTime(ended)}, ended by ${endedBy ?? 'nobody'}`;
  }
  if (until === undefined) {
    return 'it lasts';
  }
  return until <= now ? `${dateTime(until)}, ended by itself` : `until ${dateTime(until)}`;
}

function Stretches({ cycles: { stretches, truncated }, from }: { cycles: HostCycles; from: number }) {
  const styles = useStyles2(getStyles);
  const listed = [...stretches].reverse().slice(0, MOST_LISTED);
  if (listed.length === 0) {
    return <p className={styles.weak}>None arrived in this time.</p>;
  }
  return (
    <>
      <ol className={styles.list}>
        {listed.map((stretch) => (
          <li key={`${stretch.from} ${stretch.reached}`} className={stretch.reached ? undefined : styles.bad}>
            {stretch.reached ? 'libvirtd answered' : 'libvirtd did not answer'} for{' '}
            {duration(stretch.to - Math.max(stretch.from, from))}, until {stretch.open ? 'now' : dateTime(stretch.to)}
          </li>
        ))}
      </ol>
      {(truncated || stretches.length > MOST_LISTED) && <p className={styles.weak}>There is more than is listed.</p>}
    </>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  title: css({ fontSize: theme.typography.h5.fontSize, margin: theme.spacing(3, 0, 1) }),
  strip: css({ '& > span': { width: '100%' } }),
  list: css({
    listStyle: 'none',
    margin: theme.spacing(1, 0),
    '& li': { padding: theme.spacing(0.5, 0), overflowWrap: 'anywhere' },
  }),
  weak: css({ color: theme.colors.text.secondary }),
  bad: css({ color: theme.colors.error.text }),
});
