import { css } from '@emotion/css';
import { LoadingState, type GrafanaTheme2 } from '@grafana/data';
import { sceneGraph, UrlSyncContextProvider } from '@grafana/scenes';
import { useStyles2 } from '@grafana/ui';
import { useEffect } from 'react';
import type { Vm } from '../oms/records.ts';
import { Message } from './Empty.tsx';
import { Notice } from './Notice.tsx';
import { StateMark } from './StateMark.tsx';
import { age, timeOfDay } from './texts.ts';
import type { TimelineScene } from './TimelineScene.ts';

interface Props {
  scene: TimelineScene;
  vms: readonly Vm[];
  /** The OMS's clock at its last answer, in ms since the epoch. */
  now: number;
  /** A recording's VMs were last seen when it ended, which says nothing. */
  live: boolean;
  /** Whether the page already says that the OMS does not answer. */
  away: boolean;
}

/** The chosen VM: what it is called, how it is, and its chart. */
export function Timeline({ scene, vms, now, live, away }: Props) {
  const styles = useStyles2(getStyles);
  const { vm: uuid, panel } = scene.useState();
  const vm = vms.find((candidate) => candidate.uuid === uuid);

  useEffect(() => {
    document.title = vm === undefined ? 'Faultline' : `${vm.name} · Faultline`;
  }, [vm]);

  if (vm === undefined) {
    return (
      <Message title="This OMS knows no such VM" testId="faultline-vm-unknown">
        <p>
          The address asks for <code>{uuid}</code>. Choose one from the list.
        </p>
      </Message>
    );
  }
  return (
    <section className={styles.section} aria-label={`Timeline of ${vm.name}`}>
      <div className={styles.title}>
        <h1 className={styles.name} title={vm.name} data-testid="faultline-vm-name">
          {vm.name}
        </h1>
        <StateMark state={vm.state} />
        <span className={styles.facts}>on {vm.host}</span>
        {live && (
          <span className={styles.facts}>
            {/* While the OMS is away its clock stands still, and an age would read as fresh. */}
            {away ? `last seen ${timeOfDay(vm.lastSeen)}` : `seen ${age(now - vm.lastSeen)} ago`}
          </span>
        )}
      </div>
      {!away && <QueryFailure key={panel.state.key} scene={scene} />}
      <div className={styles.panel} data-testid="faultline-panel">
        <panel.Component key={panel.state.key} model={panel} />
      </div>
    </section>
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
export function SceneHost({ scene, children }: { scene: TimelineScene; children: React.ReactNode }) {
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
  title: css({ display: 'flex', flexWrap: 'wrap', alignItems: 'baseline', gap: theme.spacing(0.5, 2), minWidth: 0 }),
  name: css({
    margin: 0,
    fontSize: theme.typography.h3.fontSize,
    overflow: 'hidden',
    textOverflow: 'ellipsis',
    whiteSpace: 'nowrap',
    maxWidth: '100%',
  }),
  facts: css({ color: theme.colors.text.secondary, whiteSpace: 'nowrap' }),
  panel: css({ position: 'relative', flex: 1, minHeight: 320 }),
});
