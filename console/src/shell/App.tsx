import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { locationService, LocationServiceProvider } from '@grafana/runtime';
import { ErrorBoundaryAlert, GlobalStyles, Icon, PortalContainer, useStyles2 } from '@grafana/ui';
import { useEffect, useMemo, useRef, useState, useSyncExternalStore, type ReactNode } from 'react';
import { Router } from 'react-router-dom';
import { templateSrv } from '../host/index.ts';
import type { OmsFeed } from '../oms/feed.ts';
import { firstRange, firstToShow, type Vm } from '../oms/records.ts';
import { Message, NoOms, NoVms } from './Empty.tsx';
import { Header } from './Header.tsx';
import { Notices, Unreachable } from './Notices.tsx';
import { ThemeContext, useTheme } from './theme.ts';
import { SceneHost, Timeline } from './Timeline.tsx';
import { TimelineScene } from './TimelineScene.ts';
import { VmList } from './VmList.tsx';
import { VmPicker } from './VmPicker.tsx';

interface Props {
  feed: OmsFeed;
  /** Settles when the plugin bundles are loaded. */
  host: Promise<void>;
}

export function App({ feed, host }: Props) {
  const { theme, mode, toggle } = useTheme();
  return (
    <ThemeContext.Provider value={theme}>
      <GlobalStyles />
      <LocationServiceProvider service={locationService}>
        <LocationRouter>
          <ErrorBoundaryAlert>
            <Page feed={feed} host={host} mode={mode} toggle={toggle} />
          </ErrorBoundaryAlert>
          <PortalContainer />
          <KeptIcons />
        </LocationRouter>
      </LocationServiceProvider>
    </ThemeContext.Provider>
  );
}

type PageProps = Props & { mode: 'dark' | 'light'; toggle: () => void };

function Page({ feed: source, host, mode, toggle }: PageProps) {
  const styles = useStyles2(getStyles);
  const feed = useSyncExternalStore(source.subscribe, source.snapshot);
  const hostState = useHost(host);
  const wide = useWide();
  const { status, vms } = feed;
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

  if (scene === undefined || !ready) {
    return (
      <div className={styles.page}>
        <Header mode={mode} onToggleTheme={toggle} />
        {feed.status !== undefined && feed.failure !== undefined && <Unreachable failure={feed.failure} />}
        <main className={styles.main}>
          {hostState instanceof Error ? <Broken error={hostState} /> : <NotYet feed={feed} />}
        </main>
      </div>
    );
  }
  templateSrv.use(scene);
  return (
    <SceneHost key={scene.state.key} scene={scene}>
      <div className={styles.page}>
        <Controls scene={scene} vms={vms} wide={wide} mode={mode} toggle={toggle} />
        <Notices feed={feed} />
        <div className={styles.body}>
          {wide && <List scene={scene} vms={vms} />}
          <main className={styles.main}>
            <Timeline
              scene={scene}
              vms={vms}
              now={status.now}
              live={status.recording === null}
              away={feed.failure !== undefined}
            />
          </main>
        </div>
      </div>
    </SceneHost>
  );
}

/** Icons are files: those that tell of failures are fetched while the OMS still answers. */
function KeptIcons() {
  return (
    <div hidden>
      <Icon name="exclamation-triangle" />
      <Icon name="exclamation-circle" />
    </div>
  );
}

function Controls(props: {
  scene: TimelineScene;
  vms: readonly Vm[];
  wide: boolean;
  mode: 'dark' | 'light';
  toggle: () => void;
}) {
  const { scene, vms, wide, mode, toggle } = props;
  const styles = useStyles2(getStyles);
  const { vm, timePicker, refreshPicker } = scene.useState();
  return (
    <Header mode={mode} onToggleTheme={toggle}>
      {!wide && (
        <div className={styles.picker}>
          <VmPicker vms={vms} selected={vm} onSelect={(uuid) => scene.show(uuid)} />
        </div>
      )}
      <timePicker.Component model={timePicker} />
      <refreshPicker.Component model={refreshPicker} />
    </Header>
  );
}

function List({ scene, vms }: { scene: TimelineScene; vms: readonly Vm[] }) {
  const { vm } = scene.useState();
  return <VmList vms={vms} selected={vm} onSelect={(uuid) => scene.show(uuid)} />;
}

function NotYet({ feed }: { feed: ReturnType<OmsFeed['snapshot']> }) {
  if (feed.status !== undefined && feed.vms?.length === 0) {
    return <NoVms hosts={feed.status.hosts} />;
  }
  if (feed.failure !== undefined && feed.status === undefined) {
    return <NoOms failure={feed.failure} />;
  }
  return <p className={css({ margin: 'auto' })}>Asking the OMS for its VMs …</p>;
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

/** React Router over Grafana's location service, which scenes writes the URL through. */
function LocationRouter({ children }: { children: ReactNode }) {
  const history = locationService.getHistory();
  const location = useSyncExternalStore(
    (listener) => history.listen(listener),
    () => history.location,
  );
  return (
    <Router location={location} navigator={history}>
      {children}
    </Router>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  page: css({
    display: 'flex',
    flexDirection: 'column',
    height: '100dvh',
    background: theme.colors.background.canvas,
    color: theme.colors.text.primary,
  }),
  body: css({ display: 'flex', flex: 1, minHeight: 0 }),
  main: css({ display: 'flex', flex: 1, minWidth: 0, minHeight: 0, overflow: 'auto' }),
  picker: css({ flexBasis: '100%', minWidth: 0 }),
});
