import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { RadioButtonGroup, useStyles2 } from '@grafana/ui';
import { useSearchParams } from 'react-router-dom';
import { useOms } from '../../oms/context.ts';
import type { FaultReport } from '@faultline/contracts';
import { useLivePages } from '../../oms/live.ts';
import { DetailDrawer, openLink } from '../../parts/DetailDrawer.tsx';
import { useFilters } from '../../parts/Filters.tsx';
import { Listing } from '../../parts/Listing.tsx';
import { PageFrame } from '../../parts/PageFrame.tsx';
import { RecordTable, type Column } from '../../parts/RecordTable.tsx';
import { counted, moment } from '../../parts/texts.ts';
import { FaultReportView } from './FaultReportView.tsx';

const VIEWS = [
  { value: 'unresolved', label: 'Not resolved' },
  { value: 'all', label: 'All' },
];

/** What people say is wrong with VMs; first of all those of which nobody knows which VM is meant. */
export function FaultReportsPage() {
  const { feed } = useOms();
  const [search] = useSearchParams();
  const [filters, setFilters] = useFilters(['view']);
  const isAll = filters.view === 'all';
  const live = useLivePages<FaultReport>('/api/v1/fault-reports', { resolved: isAll ? undefined : false });
  const now = feed.status?.now ?? 0;
  const open = search.get('report');
  return (
    <PageFrame
      title="Fault reports"
      count={live.data && `${live.hasMore ? 'the newest ' : ''}${counted(live.data.length, 'report')}`}
      filters={
        <RadioButtonGroup
          aria-label="Which fault reports"
          options={VIEWS}
          value={isAll ? 'all' : 'unresolved'}
          onChange={(value) => setFilters({ view: value === 'all' ? value : '' })}
        />
      }
    >
      <Listing
        live={live}
        noun="fault reports"
        empty={
          <p>{isAll ? 'Nobody has reported a fault yet.' : 'Of every fault report it is known which VM is meant.'}</p>
        }
        hasMore={live.hasMore}
        onMore={live.more}
      >
        {(items) => (
          <RecordTable
            caption="Fault reports, the last received first"
            rows={items}
            keyOf={({ id }) => id}
            columns={columnsOf(now)}
            linkOf={({ id }) => openLink(search, 'report', id)}
            current={open}
            isOld={live.isOld}
            testId="faultline-fault-reports"
          />
        )}
      </Listing>
      {open !== null && open !== '' && (
        <DetailDrawer param="report" title="Fault report" testId="faultline-fault-report-drawer">
          <FaultReportView key={open} id={open} onDone={live.reload} />
        </DetailDrawer>
      )}
    </PageFrame>
  );
}

function columnsOf(now: number): Array<Column<FaultReport>> {
  return [
    {
      id: 'symptom',
      title: 'Symptom',
      grows: true,
      isLink: true,
      cell: ({ symptom }) => <Symptom text={symptom} />,
      isPlain: true,
    },
    { id: 'named', title: 'Named', cell: ({ named }) => `${NAMINGS[named.by]} ${named.value}` },
    { id: 'vm', title: 'VM', cell: (report) => meant(report) },
    { id: 'reporter', title: 'Reporter', cell: ({ reporter }) => reporter },
    { id: 'received', title: 'Received', cell: ({ received }) => moment(received, now) },
  ];
}

/** How a report named its VM, in words. */
export const NAMINGS: Record<FaultReport['named']['by'], string> = {
  uuid: 'UUID',
  vmName: 'name',
  ip: 'address',
  user: 'user',
};

function meant({ vm, candidates }: FaultReport): string {
  if (vm !== null) {
    return vm.name;
  }
  return candidates.length === 0 ? 'none of this name' : `one of ${candidates.length}`;
}

function Symptom({ text }: { text: string }) {
  const styles = useStyles2(getStyles);
  return (
    <span className={styles.symptom} title={text}>
      {text}
    </span>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  symptom: css({
    display: '-webkit-box',
    WebkitLineClamp: 2,
    WebkitBoxOrient: 'vertical',
    overflow: 'hidden',
    overflowWrap: 'anywhere',
    color: theme.colors.text.primary,
  }),
});
