import type { GrafanaTheme2 } from '@grafana/data';
import { timelineTheme, type TimelineTheme } from '../timeline/theme.ts';

/** The picture's colours for the host's theme. */
export function themeOf(host: GrafanaTheme2): TimelineTheme {
  return timelineTheme({
    dark: host.isDark,
    background: host.colors.background.primary,
    grid: host.isDark ? 'rgba(240, 250, 255, 0.08)' : 'rgba(0, 10, 23, 0.08)',
    axis: host.isDark ? 'rgba(204, 204, 220, 0.4)' : 'rgba(36, 41, 46, 0.4)',
    text: host.colors.text.primary,
    textWeak: host.colors.text.secondary,
    fontFamily: host.typography.fontFamily,
  });
}
