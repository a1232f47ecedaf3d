import { createTheme, ThemeContext, type GrafanaTheme2 } from '@grafana/data';
import { config, getAppEvents, ThemeChangedEvent } from '@grafana/runtime';
import { useCallback, useEffect, useMemo, useState } from 'react';

export { ThemeContext };
export type Mode = 'dark' | 'light';

const STORED_AS = 'faultline.theme';

/** The page's theme. It begins as `/boot.js` chose it, and follows the system until the person chooses. */
export function useTheme(): { theme: GrafanaTheme2; mode: Mode; toggle: () => void } {
  const [mode, setMode] = useState<Mode>(() => window.grafanaBootData.user.theme);
  const theme = useMemo(() => createTheme({ colors: { mode } }), [mode]);

  useEffect(() => {
    document.documentElement.dataset['theme'] = mode;
    // Panels and formatters outside React read the theme from here.
    config.theme2 = theme;
    config.theme = theme.v1;
    config.bootData.user.lightTheme = theme.isLight;
    getAppEvents().publish(new ThemeChangedEvent(theme));
  }, [mode, theme]);

  useEffect(() => {
    const system = window.matchMedia('(prefers-color-scheme: light)');
    const follow = () => {
      if (stored() === null) {
        setMode(system.matches ? 'light' : 'dark');
      }
    };
    system.addEventListener('change', follow);
    return () => system.removeEventListener('change', follow);
  }, []);

  const toggle = useCallback(() => {
    setMode((current) => {
      const next = current === 'dark' ? 'light' : 'dark';
      store(next);
      return next;
    });
  }, []);

  return { theme, mode, toggle };
}

function stored(): string | null {
  try {
    return window.localStorage.getItem(STORED_AS);
  } catch {
    // Storage can be forbidden by the browser's settings; then the choice lasts until the page is left.
    return null;
  }
}

function store(mode: Mode): void {
  try {
    window.localStorage.setItem(STORED_AS, mode);
  } catch (reason) {
    console.warn('faultline: the theme is not kept, this browser stores nothing for this page:', reason);
  }
}
