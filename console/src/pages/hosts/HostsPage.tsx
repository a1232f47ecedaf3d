import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Button, RadioButtonGroup, useStyles2 } from '@grafana/ui';
import { useMemo, useState } from 'react';
import { useSearchParams } from 'react-router-dom';
import { useOms } from '../../oms/context.ts';
import type { Host as ControlledHost, Isolation } from '@faultline/contracts';
import { useLive } from '../../oms/live.ts';
import { DetailDrawer, openLink } from '../../parts/DetailDrawer.tsx';
import { useFilters } from '../../parts/Filters.tsx';
import { Listing } from '../../parts/Listing.tsx';
import { PageFrame } from '../../parts/PageFrame.tsx';
import { RecordTable, type Column } from '../../parts/RecordTable.tsx';
import { TextLink } from '../../parts/TextLink.tsx';
import { age, counted, moment } from '../../parts/texts.ts';
import { CycleStrip } from './CycleStrip.tsx';
import { hostsHeard, type ListedHost, type Unnamed } from './heard.ts';
import { HostView } from './HostView.tsx';

const HOUR_MS = 3_600_000;
const SPANS = [
  { value: '1', label: 'Last hour' },
  { value: '24', label: 'Last day' },
];
/** Each row asks for its cycles: of more hosts than these, the others are shown when they are asked for. */
const ROWS = 50;

/** The hosts with their cycles: whether they are heard, and whether operations may be done there. */
export function HostsPage() {
  const styles = useStyles2(getStyles);
  const { feed } = useOms();
  const [search] = useSearchParams();
  const [filters, setFilters] = useFilters(['hours']);
  const [rows, setRows] = useState(ROWS);
  const live = useLive<{ hosts: ControlledHost[] }>('/api/v1/hosts', { pollMs: 10_000 });
  const now = feed.status?.now ?? 0;
  const hours = SPANS.find(({ value }) => value === filters.hours)?.value ?? '1';
  // A range that moves with every answer would be another question each time.
  const from = Math.floor(Math.max(0, now - Number(hours) * HOUR_MS) / 60_000) * 60_000;
  const exporters = feed.status?.hosts;
  const { hosts, unnamed } = useMemo(() => hostsHeard(live.data?.hosts ?? [], exporters ?? []), [live.data, exporters]);
  const open = search.get('host');
  const opened = hosts.find(({ name }) => name === open);
  return (
    <PageFrame
      title="Hosts"
      count={live.data && counted(hosts.length, 'host')}
      filters={
        <RadioButtonGroup
          aria-label="Range of the cycles"
          options={SPANS}
          value={hours}
          onChange={(value) => setFilters({ hours: value === '1' ? '' : value })}
        />
      }
    >
      {unnamed.length > 0 && <UnnamedExporters exporters={unnamed} />}
      <Listing
        live={{ ...live, data: live.data && hosts }}
        noun="hosts"
        empty={
          <p>
            No host is known yet. Give the OMS the address of an exporter when it starts:{' '}
            <code>--scrape.url http://127.0.0.1:9177/metrics</code>
          </p>
        }
      >
        {(items) => (
          <>
            <RecordTable
              caption="Hosts"
              rows={items.slice(0, rows)}
              keyOf={({ name }) => name}
              columns={columnsOf({ now, from, live: feed.status?.recording === null })}
              linkOf={({ name }) => openLink(search, 'host', name)}
              current={open}
              testId="faultline-hosts"
            />
            {items.length > rows && (
              <Button variant="secondary" onClick={() => setRows(rows + ROWS)} className={styles.more}>
                {`Show more: ${rows} of ${items.length} are shown`}
              </Button>
            )}
          </>
        )}
      </Listing>
      {open !== null && open !== '' && live.data !== undefined && (
        <DetailDrawer param="host" title={`Host ${open}`} testId="faultline-host-drawer">
          {opened === undefined ? (
            <p>This OMS knows no host of this name.</p>
          ) : (
            <HostView key={open} host={opened} from={from} now={now} onChanged={live.reload} />
          )}
        </DetailDrawer>
      )}
    </PageFrame>
  );
}

function columnsOf(view: { now: number; from: number; live: boolean }): Array<Column<ListedHost>> {
  const { now, from, live } = view;
  return [
    { id: 'name', title: 'Host', isPlain: true, isLink: true, cell: ({ name }) => <Name name={name} /> },
    { id: 'heard', title: 'Last cycle', cell: ({ heard }) => (live ? <Heard heard={heard} now={now} /> : null) },
    { id: 'cycles', title: 'Cycles', cell: ({ name }) => <CycleStrip host={name} from={from} now={now} /> },
    { id: 'vms', title: 'VMs', cell: ({ name, vms }) => <Vms host={name} count={vms} /> },
    { id: 'control', title: 'Operations', grows: true, cell: (host) => <Control host={host} now={now} /> },
  ];
}

function Name({ name }: { name: string }) {
  const styles = useStyles2(getStyles);
  return (
    <span className={styles.name} title={name}>
      {name}
    </span>
  );
}

function Vms({ host, count }: { host: string; count: number }) {
  return count === 0 ? (
    <>none</>
  ) : (
    <TextLink to={`/vms?${new URLSearchParams({ host })}`}>{counted(count, 'VM')}</TextLink>
  );
}

export function Heard({ heard, now }: { heard: ListedHost['heard']; now: number }) {
  const styles = useStyles2(getStyles);
  if (heard === null) {
    return <span className={styles.weak}>not read here</span>;
  }
  const { lastCycle, error } = heard;
  const when = lastCycle === null ? 'never' : `${age(now - lastCycle)} ago`;
  return error === null ? (
    <>{when}</>
  ) : (
    <span className={styles.bad} title={error}>
      not heard, {when}
    </span>
  );
}

function Control({ host: { controlled, isolation }, now }: { host: ListedHost; now: number }) {
  const styles = useStyles2(getStyles);
  if (isolation !== null) {
    return <span className={styles.isolated}>{isolationText(isolation, now)}</span>;
  }
  return controlled ? <>controlled from here</> : <span className={styles.weak}>not controlled from here</span>;
}

function isolationText({ by, why, until }: Isolation, now: number): string {
  return `Isolated by ${by}${until === undefined ? '' : ` until ${moment(until, now)}`}: ${why}`;
}

function UnnamedExporters({ exporters }: { exporters: readonly Unnamed[] }) {
  const styles = useStyles2(getStyles);
  return (
    <ul className={styles.unnamed} aria-label="Exporters that never answered">
      {exporters.map(({ url, error }) => (
        <li key={url}>
          <code>{url}</code> has not told its host yet: {error ?? 'not asked yet'}
        </li>
      ))}
    </ul>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  more: css({ margin: theme.spacing(1.5) }),
  name: css({
    display: 'inline-block',
    maxWidth: 'min(260px, 80vw)',
    overflow: 'hidden',
    textOverflow: 'ellipsis',
    whiteSpace: 'nowrap',
    verticalAlign: 'bottom',
  }),
  weak: css({ color: theme.colors.text.secondary }),
  bad: css({ color: theme.colors.error.text }),
  isolated: css({ color: theme.colors.warning.text, overflowWrap: 'anywhere' }),
  unnamed: css({
    listStyle: 'none',
    margin: theme.spacing(0, 1.5, 1),
    color: theme.colors.warning.text,
    overflowWrap: 'anywhere',
  }),
});
