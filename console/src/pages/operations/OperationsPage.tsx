import { css } from '@emotion/css';
import { useStyles2 } from '@grafana/ui';
import { useSearchParams } from 'react-router-dom';
import { useOms } from '../../oms/context.ts';
import { useLivePages } from '../../oms/live.ts';
import type { NewsTopic } from '../../oms/news.ts';
import type { OperationSummary } from '@faultline/contracts';
import { OPERATION_KINDS, OPERATION_RESULTS } from '../../oms/operation.ts';
import { DetailDrawer, openLink } from '../../parts/DetailDrawer.tsx';
import { ChoiceFilter, oneOf, SetFilter, useFilters } from '../../parts/Filters.tsx';
import { Listing } from '../../parts/Listing.tsx';
import { ResultMark } from '../../parts/Marks.tsx';
import { PageFrame } from '../../parts/PageFrame.tsx';
import { RecordTable, type Column } from '../../parts/RecordTable.tsx';
import { counted, duration, moment } from '../../parts/texts.ts';
import { OperationView } from './OperationView.tsx';

const TOPICS: readonly NewsTopic[] = ['operation'];
const optionsOf = (values: readonly string[]) => values.map((value) => ({ value, label: value }));

/** What was done to VMs, by whom, and what came of it; the last started first. */
export function OperationsPage() {
  const { feed } = useOms();
  const [search] = useSearchParams();
  const [filters, setFilters] = useFilters(['kind', 'result', 'vm', 'host', 'initiator']);
  const kind = oneOf(OPERATION_KINDS, filters.kind);
  const result = oneOf(OPERATION_RESULTS, filters.result);
  const live = useLivePages<OperationSummary>('/api/v1/operations', { ...filters, kind, result }, { topics: TOPICS });
  const now = feed.status?.now ?? 0;
  const open = search.get('operation');
  const isFiltered = Object.values(filters).some((value) => value !== '');
  const vmName = feed.vms?.find(({ uuid }) => uuid === filters.vm)?.name ?? filters.vm;
  return (
    <PageFrame
      title="Operations"
      count={live.data && `${live.hasMore ? 'the newest ' : ''}${counted(live.data.length, 'operation')}`}
      filters={
        <>
          <ChoiceFilter
            label="Kind"
            value={kind}
            options={optionsOf(OPERATION_KINDS)}
            onChange={(value) => setFilters({ kind: value })}
          />
          <ChoiceFilter
            label="Result"
            value={result}
            options={optionsOf(OPERATION_RESULTS)}
            onChange={(value) => setFilters({ result: value })}
          />
          {filters.vm !== '' && <SetFilter label={`VM ${vmName}`} onClear={() => setFilters({ vm: '' })} />}
          {filters.host !== '' && <SetFilter label={`Host ${filters.host}`} onClear={() => setFilters({ host: '' })} />}
          {filters.initiator !== '' && (
            <SetFilter label={`By ${filters.initiator}`} onClear={() => setFilters({ initiator: '' })} />
          )}
        </>
      }
    >
      <Listing
        live={live}
        noun="operations"
        empty={<p>Nothing was done to any VM yet. Operations are asked for on a VM’s page, or over the API.</p>}
        onClear={isFiltered ? () => setFilters({ kind: '', result: '', vm: '', host: '', initiator: '' }) : undefined}
        hasMore={live.hasMore}
        onMore={live.more}
      >
        {(items) => (
          <RecordTable
            caption="Operations, the last started first"
            rows={items}
            keyOf={({ id }) => id}
            columns={columnsOf(now)}
            linkOf={({ id }) => openLink(search, 'operation', id)}
            current={open}
            isOld={live.isOld}
            testId="faultline-operations"
          />
        )}
      </Listing>
      {open !== null && open !== '' && (
        <DetailDrawer param="operation" title="Operation" testId="faultline-operation-drawer">
          <OperationView key={open} id={open} />
        </DetailDrawer>
      )}
    </PageFrame>
  );
}

function columnsOf(now: number): Array<Column<OperationSummary>> {
  return [
    {
      id: 'kind',
      title: 'Operation',
      isPlain: true,
      isLink: true,
      cell: ({ kind, vm }) => <Headline kind={kind} vm={vm.name} />,
    },
    {
      id: 'result',
      title: 'Result',
      isPlain: true,
      cell: ({ result, progress }) => (
        <>
          <ResultMark result={result} />
          {progress !== undefined && ` ${progress.percent} %`}
        </>
      ),
    },
    { id: 'started', title: 'Started', cell: ({ started }) => moment(started, now) },
    {
      id: 'took',
      title: 'Took',
      cell: ({ started, ended }) =>
        ended === undefined ? `${duration(now - started)} so far` : duration(ended - started),
    },
    { id: 'initiator', title: 'By', cell: ({ initiator }) => <Initiator name={initiator} /> },
    { id: 'cause', title: 'Cause', grows: true, isPlain: true, cell: ({ cause }) => cause ?? null },
  ];
}

function Headline({ kind, vm }: { kind: string; vm: string }) {
  const styles = useStyles2(getStyles);
  return (
    <span className={styles.headline} title={`${kind} ${vm}`}>
      {kind} <b>{vm}</b>
    </span>
  );
}

function Initiator({ name }: { name: string }) {
  const styles = useStyles2(getStyles);
  return (
    <span className={styles.initiator} title={name}>
      {name}
    </span>
  );
}

const getStyles = () => {
  const clipped = {
    overflow: 'hidden',
    textOverflow: 'ellipsis',
    whiteSpace: 'nowrap',
    verticalAlign: 'bottom',
  } as const;
  return {
    headline: css({ ...clipped, display: 'inline-block', maxWidth: 'min(340px, 90vw)' }),
    initiator: css({ ...clipped, display: 'inline-block', maxWidth: 160 }),
  };
};
