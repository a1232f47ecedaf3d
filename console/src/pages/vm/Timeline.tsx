import { css } from '@emotion/css';
import { LoadingState, type GrafanaTheme2 } from '@grafana/data';
import { sceneGraph, UrlSyncContextProvider } from '@grafana/scenes';
import { useStyles2 } from '@grafana/ui';
import { useEffect, type ReactNode } from 'react';
import { useOpenAlarms } from '../../oms/openAlarms.ts';
import type { Vm } from '../../oms/records.ts';
import { LevelMark } from '../../parts/Marks.tsx';
import { Message } from '../../parts/Message.tsx';
import { Notice } from '../../parts/Notice.tsx';
import { StateMark } from '../../parts/StateMark.tsx';
import { TextLink } from '../../parts/TextLink.tsx';
import { age, counted, timeOfDay } from '../../parts/texts.ts';
import { OperateButton } from '../operations/perform/OperateButton.tsx';
import type { TimelineScene } from './TimelineScene.ts';
import { VmPicker } from './VmPicker.tsx';

interface Props {
  scene: TimelineScene;
  vms: readonly Vm[];
  /** Whether the list of VMs stands beside the chart. */
  wide: boolean;
  /** The OMS's clock at its last answer, in ms since the epoch. */
  now: number;
  /** A recording's VMs were last seen when it ended, which says nothing. */
  live: boolean;
  /** Whether the page already says that the OMS does not answer. */
  away: boolean;
}

/** The chosen VM: what it is called, how it is, and its chart. */
export function Timeline({ scene, vms, wide, now, live, away }: Props) {
  const styles = useStyles2(getStyles);
  const { vm: uuid, panel, timePicker, refreshPicker } = scene.useState();
  const vm = vms.find((candidate) => candidate.uuid === uuid);

  useEffect(() => {
    document.title = vm === undefined ? 'Faultline' : `${vm.name} · Faultline`;
  }, [vm]);

  const picker = !wide && (
    <div className={styles.picker}>
      <VmPicker vms={vms} selected={uuid} onSelect={(chosen) => scene.choose(chosen)} />
    </div>
  );
  if (vm === undefined) {
    return (
      <div className={styles.section}>
        {picker}
        <Message title="This OMS knows no such VM" testId="faultline-vm-unknown">
          <p>
            The address asks for <code>{uuid}</code>. Choose one from the list.
          </p>
        </Message>
      </div>
    );
  }
  return (
    <section className={styles.section} aria-label={`Timeline of ${vm.name}`}>
      {picker}
      <div className={styles.head}>
        <h1 className={styles.name} title={vm.name} data-testid="faultline-vm-name">
          {vm.name}
        </h1>
        <div className={styles.controls}>
          <timePicker.Component model={timePicker} />
          <refreshPicker.Component model={refreshPicker} />
          <OperateButton vm={vm} />
        </div>
      </div>
      <div className={styles.title}>
        <StateMark state={vm.state} />
        <VmAlarms uuid={vm.uuid} />
        <TextLink to={`/operations?vm=${vm.uuid}`}>Its operations</TextLink>
        <span className={styles.facts}>
          on <TextLink to={`/hosts?${new URLSearchParams({ host: vm.host })}`}>{vm.host}</TextLink>
        </span>
        {live && (
          <span className={styles.facts}>
            {/* While the OMS is away its clock stands still, and an age would read as fresh. */}
            {away ? `last seen ${timeOfDay(vm.lastSeen)}` : `seen ${age(now - vm.lastSeen)} ago`}
          </span>
        )}
        <Belongs vm={vm} />
      </div>
      {!away && <QueryFailure key={uuid} scene={scene} />}
      <div className={styles.panel} data-testid="faultline-panel">
        <panel.Component key={uuid} model={panel} />
      </div>
    </section>
  );
}

/** What is open on the VM, and the way to it. */
function VmAlarms({ uuid }: { uuid: string }) {
  const open = useOpenAlarms().byVm.get(uuid);
  return (
    <TextLink to={`/alarms?vm=${uuid}`}>
      {open === undefined ? (
        'No open alarm'
      ) : (
        <>
          <LevelMark level={open.worst} />: {counted(open.count, 'open alarm')}
        </>
      )}
    </TextLink>
  );
}

/** Whose the VM is, and how it is reached, as far as somebody told. */
function Belongs({ vm: { owner, project, group, ips, important } }: { vm: Vm }): ReactNode {
  const styles = useStyles2(getStyles);
  const known = [
    important && 'important',
    owner && `of ${owner}`,
    project && `project ${project}`,
    group && `group ${group}`,
    ...ips.slice(0, 3),
  ];
  const text = known.filter(Boolean).join(' · ');
  return text === '' ? null : (
    <span className={styles.belongs} title={[text, ...ips.slice(3)].join('\n')}>
      {text}
    </span>
  );
}

/** The query's error in words, where the panel shows its last picture and Grafana only a small mark that one must hover. */
function QueryFailure({ scene }: { scene: TimelineScene }) {
  const { data } = sceneGraph.getData(scene.state.panel).useState();
  const error = data?.state === LoadingState.Error ? (data.errors?.[0] ?? data.error) : undefined;
  if (error === undefined || data?.series.length === 0) {
    return null;
  }
  return (
    <Notice severity="error" title="The timeline could not be read:" testId="faultline-query-error">
      <span>{error.message ?? error.statusText}</span>
    </Notice>
  );
}

/** Keeps VM, range and refresh in the URL, and the scene's timers running, while the page is open. */
export function SceneHost({ scene, children }: { scene: TimelineScene; children: ReactNode }) {
  useEffect(() => scene.activate(), [scene]);
  return (
    <UrlSyncContextProvider scene={scene} updateUrlOnInit createBrowserHistorySteps>
      {children}
    </UrlSyncContextProvider>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  section: css({
    display: 'flex',
    flexDirection: 'column',
    gap: theme.spacing(1),
    flex: 1,
    minWidth: 0,
    minHeight: 0,
    padding: theme.spacing(1.5, 2, 1),
    [theme.breakpoints.down('md')]: { padding: theme.spacing(1) },
  }),
  head: css({ display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: theme.spacing(1, 2), minWidth: 0 }),
  controls: css({ display: 'flex', flexWrap: 'wrap', gap: theme.spacing(1), marginLeft: 'auto', minWidth: 0 }),
  picker: css({ minWidth: 0 }),
  belongs: css({
    color: theme.colors.text.secondary,
    overflow: 'hidden',
    textOverflow: 'ellipsis',
    whiteSpace: 'nowrap',
    maxWidth: '100%',
  }),
  title: css({ display: 'flex', flexWrap: 'wrap', alignItems: 'baseline', gap: theme.spacing(0.5, 2), minWidth: 0 }),
  name: css({
    margin: 0,
    fontSize: theme.typography.h3.fontSize,
    overflow: 'hidden',
    textOverflow: 'ellipsis',
    whiteSpace: 'nowrap',
    flex: '1 1 200px',
    minWidth: 0,
  }),
  facts: css({ color: theme.colors.text.secondary, whiteSpace: 'nowrap' }),
  panel: css({ position: 'relative', flex: 1, minHeight: 320 }),
});
