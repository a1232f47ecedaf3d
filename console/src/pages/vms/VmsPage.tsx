import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Button, Checkbox, Icon, RadioButtonGroup, useStyles2 } from '@grafana/ui';
import { useMemo, useState } from 'react';
import { useOms } from '../../oms/context.ts';
import { useOpenAlarms, type AllOpenAlarms } from '../../oms/openAlarms.ts';
import { matching, type Vm } from '../../oms/records.ts';
import { ChoiceFilter, oneOf, useFilters, WordsFilter } from '../../parts/Filters.tsx';
import { Listing } from '../../parts/Listing.tsx';
import { LevelMark } from '../../parts/Marks.tsx';
import { NoVms } from '../../parts/Message.tsx';
import { PageFrame } from '../../parts/PageFrame.tsx';
import { RecordTable, type Column } from '../../parts/RecordTable.tsx';
import { StateMark } from '../../parts/StateMark.tsx';
import { age, counted } from '../../parts/texts.ts';
import { CreateButton } from '../operations/perform/OperateButton.tsx';
import { worstFirst } from './order.ts';

const STATES = ['abnormal', 'unknown', 'running', 'dormant', 'stopped'] as const;
type ShownState = (typeof STATES)[number];

/** More rows than these are drawn when they are asked for. */
const ROWS = 300;

/** Every VM, the worst first. */
export function VmsPage() {
  const { feed } = useOms();
  const open = useOpenAlarms();
  const [filters, setFilters] = useFilters(['q', 'state', 'host', 'important']);
  const [rows, setRows] = useState(ROWS);
  const vms = feed.vms ?? [];
  const now = feed.status?.now ?? 0;
  const state = oneOf(STATES, filters.state);

  const ordered = useMemo(() => worstFirst(vms, open.byVm), [vms, open.byVm]);
  const counts = useMemo(() => countByState(vms), [vms]);
  const hosts = useMemo(() => [...new Set(vms.map(({ host }) => host))].sort(), [vms]);
  const found = matching(ordered, filters.q).filter(
    (vm) =>
      (state === '' || (vm.state ?? 'unknown') === state) &&
      (filters.host === '' || vm.host === filters.host) &&
      (filters.important === '' || vm.important),
  );
  const isFiltered = Object.values(filters).some((value) => value !== '');

  if (vms.length === 0 && feed.status !== undefined) {
    return <NoVms hosts={feed.status.hosts} />;
  }
  return (
    <PageFrame
      title="VMs"
      count={isFiltered ? `${found.length} of ${counted(vms.length, 'VM')}` : counted(vms.length, 'VM')}
      actions={<CreateButton />}
      filters={
        <>
          <WordsFilter
            value={filters.q}
            placeholder="Name, address, user, project, UUID"
            onChange={(q) => setFilters({ q })}
          />
          <StateFilter value={state} counts={counts} onChange={(chosen) => setFilters({ state: chosen })} />
          {(hosts.length > 1 || filters.host !== '') && (
            <ChoiceFilter
              label="Host"
              value={filters.host}
              options={hosts.map((host) => ({ value: host, label: host }))}
              onChange={(host) => setFilters({ host })}
            />
          )}
          <Checkbox
            label="Important only"
            value={filters.important !== ''}
            onChange={(event) => setFilters({ important: event.currentTarget.checked ? 'true' : '' })}
          />
        </>
      }
    >
      <Listing
        live={{ data: found, failure: undefined, isOld: false, reload: () => undefined }}
        noun="VMs"
        empty={null}
        onClear={isFiltered ? () => setFilters({ q: '', state: '', host: '', important: '' }) : undefined}
      >
        {(items) => (
          <>
            <RecordTable
              caption="VMs, the worst first"
              rows={items.slice(0, rows)}
              keyOf={({ uuid }) => uuid}
              columns={columnsOf({ open, now, live: feed.status?.recording === null })}
              linkOf={({ uuid }) => `/?vm=${uuid}`}
              testId="faultline-vms"
            />
            {items.length > rows && (
              <Button variant="secondary" onClick={() => setRows(rows + ROWS)}>
                {`Show more: ${rows} of ${items.length} are shown`}
              </Button>
            )}
          </>
        )}
      </Listing>
    </PageFrame>
  );
}

const wordOf = (state: ShownState): string => (state === 'unknown' ? 'no data' : state);

function StateFilter(props: {
  value: ShownState | '';
  counts: Record<ShownState, number>;
  onChange: (state: ShownState | '') => void;
}) {
  const { value, counts, onChange } = props;
  const styles = useStyles2(getStyles);
  const options = [
    { value: '' as const, label: 'Any state' },
    ...STATES.map((state) => ({ value: state, label: `${wordOf(state)} ${counts[state]}` })),
  ];
  return (
    <div className={styles.states}>
      <RadioButtonGroup aria-label="State" options={options} value={value} onChange={onChange} />
    </div>
  );
}

function countByState(vms: readonly Vm[]): Record<ShownState, number> {
  const counts = { abnormal: 0, unknown: 0, running: 0, dormant: 0, stopped: 0 };
  for (const { state } of vms) {
    counts[state ?? 'unknown'] += 1;
  }
  return counts;
}

function columnsOf({ open, now, live }: { open: AllOpenAlarms; now: number; live: boolean }): Array<Column<Vm>> {
  return [
    { id: 'name', title: 'VM', grows: true, isLink: true, isPlain: true, cell: (vm) => <VmName vm={vm} /> },
    { id: 'state', title: 'State', isPlain: true, cell: ({ state }) => <StateMark state={state} /> },
    { id: 'alarms', title: 'Open alarms', isPlain: true, cell: ({ uuid }) => alarmsOf(uuid, open) },
    { id: 'host', title: 'Host', cell: ({ host }) => <Clipped text={host} /> },
    { id: 'owner', title: 'User', cell: ({ owner }) => owner && <Clipped text={owner} /> },
    { id: 'project', title: 'Project', cell: ({ project }) => project && <Clipped text={project} /> },
    { id: 'ip', title: 'Address', cell: ({ ips }) => (ips.length === 0 ? null : <Addresses ips={ips} />) },
    {
      id: 'seen',
      title: 'Seen',
      // A recording's VMs were last seen when it ended, which says nothing.
      cell: ({ lastSeen }) => (live ? `${age(now - lastSeen)} ago` : null),
    },
  ];
}

function alarmsOf(uuid: string, { byVm }: AllOpenAlarms) {
  const alarms = byVm.get(uuid);
  if (alarms === undefined) {
    return null;
  }
  const others = alarms.count - 1;
  return (
    <span>
      <LevelMark level={alarms.worst} />
      {others > 0 && ` and ${counted(others, 'other')}`}
    </span>
  );
}

function VmName({ vm: { name, important } }: { vm: Vm }) {
  const styles = useStyles2(getStyles);
  return (
    <span className={styles.name} title={name}>
      {name}
      {important && <Icon name="favorite" type="mono" title="Important" className={styles.star} />}
    </span>
  );
}

/** A name that may be long, in a column that is not. */
function Clipped({ text }: { text: string }) {
  const styles = useStyles2(getStyles);
  return (
    <span className={styles.clipped} title={text}>
      {text}
    </span>
  );
}

function Addresses({ ips }: { ips: readonly string[] }) {
  const more = ips.length > 1 ? ` and ${ips.length - 1} more` : '';
  return <span title={ips.join('\n')}>{`${ips[0]}${more}`}</span>;
}

const getStyles = (theme: GrafanaTheme2) => ({
  // A phone has no room for all of them: they are moved sideways, and not cut.
  states: css({ maxWidth: '100%', overflowX: 'auto', '& > div': { minWidth: 'max-content' } }),
  name: css({
    [theme.breakpoints.up('md')]: {
      display: 'block',
      overflow: 'hidden',
      textOverflow: 'ellipsis',
      whiteSpace: 'nowrap',
    },
    overflowWrap: 'anywhere',
  }),
  star: css({ marginLeft: 6, verticalAlign: -2 }),
  clipped: css({
    display: 'inline-block',
    maxWidth: 180,
    overflow: 'hidden',
    textOverflow: 'ellipsis',
    verticalAlign: 'bottom',
    whiteSpace: 'nowrap',
    [theme.breakpoints.down('md')]: { maxWidth: '60vw' },
  }),
});
