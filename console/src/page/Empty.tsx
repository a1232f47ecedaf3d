import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import type { ReactNode } from 'react';
import type { Host } from '../oms/records.ts';

/** What the page says in place of a chart. */
export function Message({ title, children, testId }: { title: string; children?: ReactNode; testId: string }) {
  const styles = useStyles2(getStyles);
  return (
    <div className={styles.message} data-testid={testId}>
      <img src="/favicon.svg" alt="" width={56} height={56} />
      <h1>{title}</h1>
      {children}
    </div>
  );
}

/** No VM is known yet: says what the OMS waits for, and what a person can check. */
export function NoVms({ hosts }: { hosts: readonly Host[] }) {
  const heard = hosts.filter(({ lastCycle }) => lastCycle !== null);
  if (hosts.length === 0) {
    return (
      <Message title="This OMS reads no host" testId="faultline-no-vms">
        <p>
          Give it the address of an exporter: <code>--scrape.url http://127.0.0.1:9177/metrics</code>
        </p>
      </Message>
    );
  }
  if (heard.length > 0) {
    return (
      <Message
        title={`No VM is defined on ${heard.map(({ host, url }) => host ?? url).join(', ')}`}
        testId="faultline-no-vms"
      >
        <p>The host answers, and its libvirt has no VM. As soon as one is defined, it appears here:</p>
        <p>
          <code>virsh -c qemu:///system list --all</code>
        </p>
      </Message>
    );
  }
  return (
    <Message title="Waiting for the first cycle" testId="faultline-no-vms">
      <p>
        of{' '}
        {hosts.slice(0, 5).map(({ url }, index) => (
          <span key={url}>
            {index > 0 && ', '}
            <code>{url}</code>
          </span>
        ))}
        {hosts.length > 5 && ` and ${hosts.length - 5} more`}. This page shows it by itself. If it takes longer than 30
        s, check:
      </p>
      <ol>
        <li>
          that the exporter runs and is ready: <code>curl {readyUrl(hosts[0]?.url ?? '')}</code>
        </li>
        <li>
          that libvirt answers on the host: <code>virsh -c qemu:///system list --all</code>
        </li>
        <li>that no firewall stands between the OMS and the exporter's port</li>
      </ol>
    </Message>
  );
}

function readyUrl(scrapeUrl: string): string {
  return scrapeUrl.replace(/\/metrics\/?$/, '/-/ready');
}

const getStyles = (theme: GrafanaTheme2) => ({
  message: css({
    margin: 'auto',
    padding: theme.spacing(4, 3),
    maxWidth: 620,
    color: theme.colors.text.secondary,
    '& h1': {
      margin: theme.spacing(2, 0, 1),
      fontSize: theme.typography.h3.fontSize,
      color: theme.colors.text.primary,
    },
    '& ol': { paddingLeft: theme.spacing(2.5) },
    '& li': { margin: theme.spacing(0.5, 0) },
    '& code': { overflowWrap: 'anywhere' },
  }),
});
