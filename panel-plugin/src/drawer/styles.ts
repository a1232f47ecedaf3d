import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';

/** What the cards of the drawer share. */
export const cardStyles = (theme: GrafanaTheme2) => ({
  headline: css({
    margin: theme.spacing(0, 0, 1.5),
    fontSize: theme.typography.h5.fontSize,
    fontWeight: theme.typography.fontWeightMedium,
    lineHeight: 1.4,
    overflowWrap: 'anywhere',
  }),
  badge: css({
    display: 'inline-flex',
    gap: 5,
    padding: '2px 8px 2px 5px',
    borderRadius: 4,
    border: '1px solid color-mix(in srgb, var(--mark) 60%, transparent)',
    background: `color-mix(in srgb, var(--mark) 14%, ${theme.colors.background.primary})`,
    fontSize: 12,
    fontWeight: theme.typography.fontWeightMedium,
    whiteSpace: 'nowrap',
    '--glyph-ink': theme.colors.background.primary,
    // In line with the words beside the badge, whatever its glyph is.
    alignItems: 'baseline',
    '& svg': { color: 'var(--mark)', alignSelf: 'center' },
  }),
  loud: css({
    borderRadius: 0,
    borderColor: '#cc3811',
    background: '#cc3811',
    color: '#ffffff',
    '--glyph-ink': '#b02a08',
    '& svg': { color: '#ffffff' },
  }),
  cause: css({
    margin: theme.spacing(0, 0, 2),
    padding: theme.spacing(1, 1.5),
    borderLeft: '3px solid var(--mark)',
    background: theme.colors.background.secondary,
    overflowWrap: 'anywhere',
    '& > small': { display: 'block', color: theme.colors.text.secondary },
  }),
  facts: css({
    display: 'grid',
    // Of one width, so that the values of all lists of a card stand in one line.
    gridTemplateColumns: 'minmax(0, 96px) minmax(0, 1fr)',
    alignItems: 'baseline',
    gap: theme.spacing(0.5, 2),
    margin: theme.spacing(0, 0, 2),
    '& dt': { color: theme.colors.text.secondary, fontWeight: 'normal', overflowWrap: 'anywhere' },
    '& dd': { margin: 0, overflowWrap: 'anywhere' },
  }),
  // Values come as they were recorded, some with lines of their own.
  further: css({ marginTop: theme.spacing(2), '& dd': { whiteSpace: 'pre-wrap' } }),
  mono: css({ fontFamily: theme.typography.fontFamilyMonospace, fontSize: theme.typography.bodySmall.fontSize }),
  section: css({
    display: 'flex',
    alignItems: 'center',
    justifyContent: 'space-between',
    minHeight: 32,
    margin: theme.spacing(2, 0, 1),
    fontSize: theme.typography.body.fontSize,
    fontWeight: theme.typography.fontWeightMedium,
  }),
  log: css({
    margin: 0,
    padding: theme.spacing(1, 1.5),
    border: `1px solid ${theme.colors.border.weak}`,
    borderRadius: theme.shape.radius.default,
    background: theme.colors.background.canvas,
    fontFamily: theme.typography.fontFamilyMonospace,
    fontSize: 12,
    lineHeight: 1.6,
    whiteSpace: 'pre-wrap',
    wordBreak: 'normal',
    overflowWrap: 'anywhere',
  }),
});
