import { createTheme } from '@grafana/data';
import { config, locationService, LocationServiceProvider } from '@grafana/runtime';
import { GlobalStyles, PortalContainer, ThemeContext } from '@grafana/ui';
import type { ReactNode } from 'react';
import { createRoot, type Root } from 'react-dom/client';
import { Router } from 'react-router-dom';

const element = document.getElementById('root') as HTMLElement;
let root: Root | undefined;
/** Kept from one painting to the next; what is mounted otherwise ends it. */
let painting: Root | undefined;

/** Everything around a component that Grafana's page gives it. */
export function Around({ theme, children }: { theme: 'dark' | 'light'; children: ReactNode }) {
  return (
    <ThemeContext.Provider value={createTheme({ colors: { mode: theme } })}>
      <GlobalStyles />
      <LocationServiceProvider service={locationService}>
        <Router location={locationService.getLocation()} navigator={locationService.getHistory()}>
          {children}
          <PortalContainer />
        </Router>
      </LocationServiceProvider>
    </ThemeContext.Provider>
  );
}

/** Shows this in place of what was shown, in a root of its own. */
export function mount(theme: 'dark' | 'light', content: ReactNode): void {
  root?.unmount();
  document.documentElement.dataset['theme'] = theme;
  document.body.style.background = createTheme({ colors: { mode: theme } }).colors.background.canvas;
  config.theme2 = createTheme({ colors: { mode: theme } });
  root = createRoot(element);
  root.render(<Around theme={theme}>{content}</Around>);
}

/** The root for what is painted and measured, which does not change in between. */
export function paintingRoot(): Root {
  if (!painting || root !== painting) {
    root?.unmount();
    root = painting = createRoot(element);
  }
  return painting;
}
