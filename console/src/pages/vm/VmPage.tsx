import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import { useEffect, useMemo, useRef, useState, useSyncExternalStore } from 'react';
import { templateSrv } from '../../host/index.ts';
import { useOms } from '../../oms/context.ts';
import { useOpenAlarms } from '../../oms/openAlarms.ts';
import { firstRange, firstToShow, type Vm } from '../../oms/records.ts';
import { Message, NoVms } from '../../parts/Message.tsx';
import { worstFirst } from '../vms/order.ts';
import { SceneHost, Timeline } from './Timeline.tsx';
import { TimelineScene } from './TimelineScene.ts';
import { VmList } from './VmList.tsx';

/** One VM with its chart, and beside it the others. Without `?vm=` in the address it is one that needs to be looked at. */
export function VmPage({ host }: { host: Promise<void> }) {
  const styles = useStyles2(getStyles);
  const { feed } = useOms();
  const hostState = useHost(host);
  const wide = useWide();
  const open = useOpenAlarms();
  const { status, vms } = feed;
  const ordered = useMemo(() => worstFirst(vms ?? [], open.byVm), [vms, open.byVm]);
  const ready = hostState === 'ready' && status !== undefined && vms !== undefined && vms.length > 0;
  const recording = status?.recording ?? null;
  const recordedAs = recording === null ? 'live' : `${recording.title} ${recording.from}`;

  const scene = useMemo(
    () =>
      ready
        ? new TimelineScene({ vm: firstToShow(vms)?.uuid ?? '', recording, range: firstRange(vms, status.now) })
        : undefined,
    // The first list of VMs chooses; later lists must not take the chart away from the person.
    [ready, recordedAs],
  );
  useRefreshOnReturn(scene, feed.failure !== undefined);

  if (hostState instanceof Error) {
    return <Broken error={hostState} />;
  }
  if (vms?.length === 0 && status !== undefined) {
    return <NoVms hosts={status.hosts} />;
  }
  if (scene === undefined || !ready) {
    return <p className={styles.loading}>Loading the chart …</p>;
  }
  templateSrv.use(scene);
  return (
    <SceneHost key={scene.state.key} scene={scene}>
      {wide && <List scene={scene} vms={ordered} />}
      <Timeline
        scene={scene}
        vms={ordered}
        wide={wide}
        now={status.now}
        live={status.recording === null}
        away={feed.failure !== undefined}
      />
    </SceneHost>
  );
}

function List({ scene, vms }: { scene: TimelineScene; vms: readonly Vm[] }) {
  const { vm } = scene.useState();
  return <VmList vms={vms} selected={vm} onSelect={(uuid) => scene.choose(uuid)} />;
}

function Broken({ error }: { error: Error }) {
  return (
    <Message title="The chart could not be loaded" testId="faultline-broken">
      <p>{error.message}</p>
      <p>
        Build it with <code>npm run build</code> and reload this page.
      </p>
    </Message>
  );
}

function useHost(host: Promise<void>): 'loading' | 'ready' | Error {
  const [state, setState] = useState<'loading' | 'ready' | Error>('loading');
  useEffect(() => {
    host.then(
      () => setState('ready'),
      (reason: unknown) => setState(reason instanceof Error ? reason : new Error(String(reason))),
    );
  }, [host]);
  return state;
}

/** Draws anew when the OMS answers again, also where refreshing is turned off. */
function useRefreshOnReturn(scene: TimelineScene | undefined, failing: boolean): void {
  const wasFailing = useRef(false);
  useEffect(() => {
    if (wasFailing.current && !failing) {
      scene?.state.$timeRange.onRefresh();
    }
    wasFailing.current = failing;
  }, [scene, failing]);
}

/** Whether there is room for the list beside the chart. */
function useWide(): boolean {
  const query = useMemo(() => window.matchMedia('(min-width: 900px)'), []);
  return useSyncExternalStore(
    (listener) => {
      query.addEventListener('change', listener);
      return () => query.removeEventListener('change', listener);
    },
    () => query.matches,
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  loading: css({ margin: 'auto', color: theme.colors.text.secondary }),
});
