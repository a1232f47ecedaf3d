import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { locationService, LocationServiceProvider } from '@grafana/runtime';
import { ErrorBoundaryAlert, GlobalStyles, Icon, PortalContainer, useStyles2 } from '@grafana/ui';
import { useMemo, useSyncExternalStore, type ReactNode } from 'react';
import { Route, Router, Routes } from 'react-router-dom';
import type { OmsClient } from '../oms/client.ts';
import { OmsContext, useOms, type Oms } from '../oms/context.ts';
import type { Feed, OmsFeed } from '../oms/feed.ts';
import { useLive } from '../oms/live.ts';
import type { NewsFeed } from '../oms/news.ts';
import { OpenAlarmsContext, useLiveOpenAlarms } from '../oms/openAlarms.ts';
import type { Caller } from '../oms/refusal.ts';
import type { TokenStore } from '../oms/token.ts';
import { pages } from '../pages/index.ts';
import { VmPage } from '../pages/vm/VmPage.tsx';
import { Message, NoOms } from '../parts/Message.tsx';
import { AskToken, TokenDialog } from './AskToken.tsx';
import { Header } from './Header.tsx';
import { Navigation } from './Navigation.tsx';
import { Notices } from './Notices.tsx';
import { ThemeContext, useTheme, type Mode } from './theme.ts';

interface Props {
  token: TokenStore;
  client: OmsClient;
  feed: OmsFeed;
  news: NewsFeed;
  /** Settles when the plugin bundles are loaded. */
  host: Promise<void>;
}

export function App({ token, client, feed: source, news, host }: Props) {
  const { theme, mode, toggle } = useTheme();
  const feed = useSyncExternalStore(source.subscribe, source.snapshot);
  const { refusal } = useSyncExternalStore(token.subscribe, token.snapshot);
  const stranger = useMemo<Oms>(() => ({ client, news, token, feed, caller: undefined }), [client, news, token, feed]);
  return (
    <ThemeContext.Provider value={theme}>
      <GlobalStyles />
      <LocationServiceProvider service={locationService}>
        <LocationRouter>
          <ErrorBoundaryAlert>
            <OmsContext.Provider value={stranger}>
              {refusal !== null || feed.status === undefined ? (
                <Frame mode={mode} toggle={toggle}>
                  {refusal !== null ? <AskToken token={token} /> : <NotYet feed={feed} />}
                </Frame>
              ) : (
                <Known>
                  <Frame mode={mode} toggle={toggle} navigation={<Navigation />}>
                    <TokenDialog token={token} />
                    <Routes>
                      <Route path="/" element={<VmPage host={host} />} />
                      {pages.map(({ path, Page }) => (
                        <Route key={path} path={path} element={<Page />} />
                      ))}
                      <Route path="*" element={<NoPage />} />
                    </Routes>
                  </Frame>
                </Known>
              )}
            </OmsContext.Provider>
          </ErrorBoundaryAlert>
          <PortalContainer />
          <KeptIcons />
        </LocationRouter>
      </LocationServiceProvider>
    </ThemeContext.Provider>
  );
}

/** Finds out who the person is to the OMS, and what is open. */
function Known({ children }: { children: ReactNode }) {
  const oms = useOms();
  const { data: caller } = useLive<Caller>('/api/v1/caller', { pollMs: 30_000 });
  const known = useMemo(() => ({ ...oms, caller }), [oms, caller]);
  const openAlarms = useLiveOpenAlarms();
  return (
    <OmsContext.Provider value={known}>
      <OpenAlarmsContext.Provider value={openAlarms}>{children}</OpenAlarmsContext.Provider>
    </OmsContext.Provider>
  );
}

function Frame(props: { mode: Mode; toggle: () => void; navigation?: ReactNode; children: ReactNode }) {
  const { mode, toggle, navigation = <span />, children } = props;
  const styles = useStyles2(getStyles);
  const { feed } = useOms();
  return (
    <div className={styles.page}>
      <Header mode={mode} onToggleTheme={toggle}>
        {navigation}
      </Header>
      {feed.status !== undefined && <Notices feed={feed} />}
      <main className={styles.main}>{children}</main>
    </div>
  );
}

function NotYet({ feed }: { feed: Feed }) {
  return feed.failure === undefined ? (
    <p className={css({ margin: 'auto' })}>Asking the OMS for its VMs …</p>
  ) : (
    <NoOms failure={feed.failure} />
  );
}

function NoPage() {
  return (
    <Message title="There is no such page" testId="faultline-no-page">
      <p>
        The console has {pages.map(({ title }) => title).join(', ')}, and a page for each VM. Choose one of them above.
      </p>
    </Message>
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
  main: css({ display: 'flex', flex: 1, minWidth: 0, minHeight: 0, overflow: 'auto' }),
});
