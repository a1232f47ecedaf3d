import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { RadioButtonGroup, useStyles2 } from '@grafana/ui';
import { useMemo } from 'react';
import { useSearchParams } from 'react-router-dom';
import type { AlarmRecord as Alarm } from '@faultline/contracts';
import { ALARM_CATEGORIES, ALARM_LEVELS } from '../../oms/alarm.ts';
import { useOms } from '../../oms/context.ts';
import { useLivePages } from '../../oms/live.ts';
import type { NewsTopic } from '../../oms/news.ts';
import { DetailDrawer, openLink } from '../../parts/DetailDrawer.tsx';
import { ChoiceFilter, oneOf, SetFilter, useFilters } from '../../parts/Filters.tsx';
import { Listing } from '../../parts/Listing.tsx';
import { LevelMark } from '../../parts/Marks.tsx';
import { PageFrame } from '../../parts/PageFrame.tsx';
import { RecordTable, type Column } from '../../parts/RecordTable.tsx';
import { counted, moment } from '../../parts/texts.ts';
import { AcknowledgeButton } from './AcknowledgeButton.tsx';
import { AlarmView, stateText } from './AlarmView.tsx';

const TOPICS: readonly NewsTopic[] = ['alarm'];

/** Which alarms are asked for; the first is shown when nothing is chosen. */
const VIEWS = [
  { value: 'open', label: 'Open', params: { open: true } },
  { value: 'unattended', label: 'Nobody on it', params: { open: true, operator: 'none' } },
  { value: 'shelved', label: 'On the shelf', params: { active: true, operator: 'shelved' } },
  { value: 'all', label: 'All', params: {} },
] as const;
type View = (typeof VIEWS)[number]['value'];

/** What is wrong and who looks after it; the last raised first. */
export function AlarmsPage() {
  const styles = useStyles2(getStyles);
  const { feed } = useOms();
  const [search] = useSearchParams();
  const [filters, setFilters] = useFilters(['view', 'level', 'category', 'vm', 'host']);
  const view = VIEWS.find(({ value }) => value === filters.view) ?? VIEWS[0];
  const level = oneOf(ALARM_LEVELS, filters.level);
  const category = oneOf(ALARM_CATEGORIES, filters.category);
  const { vm, host } = filters;
  const live = useLivePages<Alarm>('/api/v1/alarms', { ...view.params, level, category, vm, host }, { topics: TOPICS });
  const now = feed.status?.now ?? 0;
  const open = search.get('alarm');
  const isFiltered = [level, category, vm, host].some((value) => value !== '');
  const vmName = feed.vms?.find(({ uuid }) => uuid === vm)?.name ?? vm;
  const columns = useMemo(() => columnsOf(now, live.reload), [now, live.reload]);
  return (
    <PageFrame
      title="Alarms"
      count={live.data && `${live.hasMore ? 'the newest ' : ''}${counted(live.data.length, 'alarm')}`}
      filters={
        <>
          <div className={styles.views}>
            <RadioButtonGroup<View>
              aria-label="Which alarms"
              options={VIEWS.map(({ value, label }) => ({ value, label }))}
              value={view.value}
              onChange={(value) => setFilters({ view: value === 'open' ? '' : value })}
            />
          </div>
          <ChoiceFilter
            label="Level at least"
            value={level}
            options={ALARM_LEVELS.map((value) => ({ value, label: value }))}
            onChange={(value) => setFilters({ level: value })}
          />
          <ChoiceFilter
            label="Category"
            value={category}
            options={ALARM_CATEGORIES.map((value) => ({ value, label: value }))}
            onChange={(value) => setFilters({ category: value })}
          />
          {vm !== '' && <SetFilter label={`VM ${vmName}`} onClear={() => setFilters({ vm: '' })} />}
          {host !== '' && <SetFilter label={`Host ${host}`} onClear={() => setFilters({ host: '' })} />}
        </>
      }
    >
      <Listing
        live={live}
        noun="alarms"
        empty={<p>{EMPTY[view.value]}</p>}
        onClear={isFiltered ? () => setFilters({ level: '', category: '', vm: '', host: '' }) : undefined}
        hasMore={live.hasMore}
        onMore={live.more}
      >
        {(items) => (
          <RecordTable
            caption="Alarms, the last raised first"
            rows={items}
            keyOf={({ id }) => id}
            columns={columns}
            linkOf={({ id }) => openLink(search, 'alarm', id)}
            current={open}
            isOld={live.isOld}
            testId="faultline-alarms"
          />
        )}
      </Listing>
      {open !== null && open !== '' && (
        <DetailDrawer param="alarm" title="Alarm" testId="faultline-alarm-drawer">
          <AlarmView key={open} id={open} />
        </DetailDrawer>
      )}
    </PageFrame>
  );
}

const EMPTY: Record<View, string> = {
  open: 'No alarm is open: nothing that is known is wrong.',
  unattended: 'Every open alarm has somebody who looks after it.',
  shelved: 'No alarm is on the shelf.',
  all: 'No alarm was ever raised.',
};

function columnsOf(now: number, reload: () => void): Array<Column<Alarm>> {
  return [
    { id: 'level', title: 'Level', isPlain: true, cell: ({ level }) => <LevelMark level={level} /> },
    {
      id: 'name',
      title: 'Alarm',
      grows: true,
      isPlain: true,
      isLink: true,
      cell: (alarm) => <Headline alarm={alarm} />,
    },
    { id: 'resource', title: 'On', cell: ({ vm, host }) => <Resource text={vm?.name ?? host} /> },
    { id: 'raised', title: 'Raised', cell: ({ raised }) => moment(raised, now) },
    {
      id: 'cleared',
      title: 'Cleared',
      cell: ({ cleared }) => (cleared === undefined ? null : moment(cleared, now)),
    },
    {
      id: 'occurrences',
      title: 'Times',
      cell: ({ occurrences }) => (occurrences === 1 ? null : occurrences.toLocaleString('en-GB')),
    },
    { id: 'operator', title: 'Operator', isPlain: true, cell: (alarm) => <Attended alarm={alarm} onDone={reload} /> },
  ];
}

function Headline({ alarm: { name, cause } }: { alarm: Alarm }) {
  const styles = useStyles2(getStyles);
  return (
    <>
      <span className={styles.name}>{name}</span>
      <span className={styles.cause} title={cause}>
        {cause}
      </span>
    </>
  );
}

function Resource({ text }: { text: string }) {
  const styles = useStyles2(getStyles);
  return (
    <span className={styles.resource} title={text}>
      {text}
    </span>
  );
}

/** Who looks after it; or, where nobody does, how to. */
function Attended({ alarm, onDone }: { alarm: Alarm; onDone: () => void }) {
  const styles = useStyles2(getStyles);
  const { operator, cleared } = alarm;
  if (operator.state === 'none') {
    return cleared === undefined ? <AcknowledgeButton alarm={alarm} onDone={onDone} /> : null;
  }
  const text = stateText(operator);
  return (
    <span className={styles.resource} title={[text, operator.note ?? ''].join('\n')}>
      {text}
    </span>
  );
}

const getStyles = (theme: GrafanaTheme2) => {
  const clipped = { overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' } as const;
  return {
    views: css({ maxWidth: '100%', overflowX: 'auto' }),
    name: css({ display: 'block', overflowWrap: 'anywhere' }),
    cause: css({
      ...clipped,
      display: 'block',
      color: theme.colors.text.secondary,
      fontWeight: theme.typography.fontWeightRegular,
    }),
    resource: css({ ...clipped, display: 'inline-block', maxWidth: 200, verticalAlign: 'bottom' }),
  };
};
