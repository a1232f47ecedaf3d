import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import type { ReactNode } from 'react';
import type { Feed } from '../oms/feed.ts';
import type { Host } from '../oms/records.ts';
import { timeOfDay } from './texts.ts';

/** What the page says in place of a chart. */
export function Message({ title, children, testId }: { title: string; children?: ReactNode; testId: string }) {
  const styles = useStyles2(getStyles);
  return (
    <div className={styles.message} data-testid={testId}>
      <img src="/favicon.svg" alt="" width={48} height={48} />
      <h1>{title}</h1>
      {children}
    </div>
  );
}

/** The OMS has not answered once since the page was opened. */
export function NoOms({ failure }: { failure: NonNullable<Feed['failure']> }) {
  return (
    <Message title="The OMS does not answer" testId="faultline-no-oms">
      <p>
        Since {timeOfDay(failure.since)}: {failure.reason}.
      </p>
      <p>This page asks again every 5 s and opens by itself. Check that the OMS runs, and read its log.</p>
    </Message>
  );
}

/** No VM is known yet: says what the OMS waits for, and what a person can check. */
export function NoVms({ hosts }: { hosts: readonly Host[] }) {
  const heard = hosts.filter(({ lastCycle }) => lastCycle !== null);
  if (hosts.length === 0) {
    return (
      <Message title="This OMS reads no host" testId="faultline-no-vms">
        <p>Give it the address of an exporter when it starts, once for each host:</p>
        <pre>--scrape.url http://127.0.0.1:9177/metrics</pre>
      </Message>
    );
  }
  if (heard.length > 0) {
    return (
      <Message title="No VM is defined" testId="faultline-no-vms">
        <p>
          {heard.map(({ host, url }) => host ?? url).join(', ')}{' '}
          {heard.length === 1 ? 'answers, and its' : 'answer, and their'} libvirt has no VM. As soon as one is defined,
          it appears here. To see what libvirt has:
        </p>
        <pre>virsh -c qemu:///system list --all</pre>
      </Message>
    );
  }
  return (
    <Message
      title={`Waiting for the first cycle of ${hosts.length === 1 ? 'the host' : `${hosts.length} hosts`}`}
      testId="faultline-no-vms"
    >
      <ul>
        {hosts.slice(0, 5).map(({ url, error }) => (
          <li key={url}>
            <code>{url}</code> {error === null ? 'not asked yet' : error}
          </li>
        ))}
        {hosts.length > 5 && <li>and {hosts.length - 5} more</li>}
      </ul>
      <p>This page opens by itself when one answers. If that takes longer than 30 s, check:</p>
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
    padding: theme.spacing(4, 3, 8),
    width: '100%',
    maxWidth: 640,
    color: theme.colors.text.secondary,
    '& h1': {
      margin: theme.spacing(2, 0, 1),
      fontSize: theme.typography.h3.fontSize,
      color: theme.colors.text.primary,
    },
    '& ol, & ul': { paddingLeft: theme.spacing(2.5) },
    '& ul': { listStyle: 'none', paddingLeft: 0, marginBottom: theme.spacing(2) },
    '& li': { margin: theme.spacing(0.5, 0) },
    '& code': { overflowWrap: 'anywhere' },
    '& ul code': { marginRight: theme.spacing(1) },
    '& pre': { whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' },
  }),
});
