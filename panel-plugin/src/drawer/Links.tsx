import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { LinkButton, useStyles2 } from '@grafana/ui';
import React from 'react';
import { linksOf, type Segment } from '../details/links.ts';
import type { DrawerProps } from './DetailDrawer.tsx';

/** The data links of a thing: ways to other dashboards, logs and tickets, at its time. */
export function Links({
  segment,
  data,
  timeline,
  replaceVariables,
}: Pick<DrawerProps, 'data' | 'timeline' | 'replaceVariables'> & { segment: Segment }) {
  const styles = useStyles2(linkStyles);
  const links = linksOf(data.series, segment, timeline.vm ?? { uuid: '', name: '' }, replaceVariables);
  return links.length === 0 ? null : (
    <div className={styles.links} data-testid="faultline-links">
      {links.map(({ title, href, newTab }) => (
        <LinkButton
          key={`${title} ${href}`}
          size="sm"
          variant="secondary"
          fill="outline"
          icon={newTab ? 'external-link-alt' : 'link'}
          href={href}
          {...(newTab ? { target: '_blank', rel: 'noopener noreferrer' } : {})}
        >
          {title}
        </LinkButton>
      ))}
    </div>
  );
}

const linkStyles = (theme: GrafanaTheme2) => ({
  links: css({ display: 'flex', flexWrap: 'wrap', gap: theme.spacing(1), margin: theme.spacing(2, 0) }),
});
