import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Alert, useStyles2 } from '@grafana/ui';
import type { Feed } from '../oms/feed.ts';
import type { Host, Recording } from '../oms/records.ts';
import { age, dateRange, timeOfDay } from './texts.ts';

/** What a person must know before believing the chart: that it is a recording, that the OMS is away, that hosts are silent. */
export function Notices({ feed }: { feed: Feed }) {
  const silent = feed.status?.hosts.filter(({ error }) => error !== null) ?? [];
  return (
    <>
      {feed.failure !== undefined && <Unreachable failure={feed.failure} hadAnswer={feed.status !== undefined} />}
      {feed.status?.recording && <Recorded recording={feed.status.recording} />}
      {feed.status !== undefined && silent.length > 0 && <SilentHosts hosts={silent} now={feed.status.now} />}
    </>
  );
}

function Unreachable({ failure, hadAnswer }: { failure: NonNullable<Feed['failure']>; hadAnswer: boolean }) {
  return (
    <Alert
      severity="error"
      title={`The OMS has not answered since ${timeOfDay(failure.since)}: ${failure.reason}`}
      bottomSpacing={0}
      data-testid="faultline-unreachable"
    >
      Trying again every 5 s.{hadAnswer && ' What is drawn is from before.'}
    </Alert>
  );
}

function Recorded({ recording }: { recording: Recording }) {
  const styles = useStyles2(getStyles);
  return (
    <Alert
      severity="info"
      title={`Recorded incident: ${recording.title}`}
      bottomSpacing={0}
      data-testid="faultline-recording"
    >
      <div>{dateRange(recording.from, recording.to)}. No libvirt answered on this machine, so this is not live.</div>
      <details className={styles.details}>
        <summary>Show this machine's VMs instead</summary>
        <ol>
          <li>
            Install libvirt and QEMU, on Debian: <code>apt-get install libvirt-daemon-system qemu-system-x86</code>
          </li>
          <li>
            Let your user read its socket: <code>usermod -aG libvirt $USER</code>, then log in again
          </li>
          <li>
            Check that it answers: <code>virsh -c qemu:///system list --all</code>
          </li>
          <li>
            Start Faultline again: <code>npm start</code>
          </li>
        </ol>
      </details>
    </Alert>
  );
}

function SilentHosts({ hosts, now }: { hosts: Host[]; now: number }) {
  const styles = useStyles2(getStyles);
  const title = hosts.length === 1 ? '1 host is not heard' : `${hosts.length} hosts are not heard`;
  return (
    <Alert severity="warning" title={title} bottomSpacing={0} data-testid="faultline-silent-hosts">
      <ul className={styles.hosts}>
        {hosts.map(({ url, host, lastCycle, error }) => (
          <li key={url}>
            <strong>{host ?? url}</strong>: {error}
            {lastCycle === null ? '; nothing was ever read from it' : `; last heard ${age(now - lastCycle)} ago`}
          </li>
        ))}
      </ul>
    </Alert>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  details: css({
    marginTop: theme.spacing(0.5),
    '& summary': { cursor: 'pointer', color: theme.colors.text.link },
    '& ol': { margin: theme.spacing(0.5, 0, 0, 2.5) },
  }),
  hosts: css({ margin: 0, paddingLeft: theme.spacing(2), maxHeight: 96, overflowY: 'auto' }),
});
