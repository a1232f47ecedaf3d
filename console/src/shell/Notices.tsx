import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import type { Feed } from '../oms/feed.ts';
import type { Host, Recording } from '../oms/records.ts';
import { Notice } from '../parts/Notice.tsx';
import { age, dateRange, timeOfDay } from '../parts/texts.ts';

/** What a person must know before believing the chart: that it is a recording, that the OMS is away, that hosts are silent. */
export function Notices({ feed }: { feed: Feed }) {
  const silent = feed.status?.hosts.filter(({ error }) => error !== null) ?? [];
  return (
    <>
      {feed.failure !== undefined && <Unreachable failure={feed.failure} />}
      {feed.status?.recording && <Recorded recording={feed.status.recording} />}
      {feed.status !== undefined && silent.length > 0 && <SilentHosts hosts={silent} now={feed.status.now} />}
    </>
  );
}

function Unreachable({ failure }: { failure: NonNullable<Feed['failure']> }) {
  return (
    <Notice
      severity="error"
      title={`The OMS has not answered since ${timeOfDay(failure.since)}: ${failure.reason}.`}
      testId="faultline-unreachable"
    >
      <span>What is shown is from before. Trying again every 5 s.</span>
    </Notice>
  );
}

function Recorded({ recording }: { recording: Recording }) {
  const styles = useStyles2(getStyles);
  return (
    <Notice severity="info" title={`Recorded incident: ${recording.title}`} testId="faultline-recording">
      <span>{dateRange(recording.from, recording.to)}</span>
      <span>A recording, not this machine.</span>
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
    </Notice>
  );
}

function SilentHosts({ hosts, now }: { hosts: Host[]; now: number }) {
  const styles = useStyles2(getStyles);
  if (hosts.length === 1 && hosts[0] !== undefined) {
    return (
      <Notice severity="warning" title={`${nameOf(hosts[0])} is not heard:`} testId="faultline-silent-hosts">
        <span>{why(hosts[0], now)}</span>
      </Notice>
    );
  }
  return (
    <Notice severity="warning" title={`${hosts.length} hosts are not heard`} testId="faultline-silent-hosts">
      <details className={styles.details}>
        <summary>{hosts.slice(0, 3).map(nameOf).join(', ') + (hosts.length > 3 ? ' and more' : '')}</summary>
        <ul>
          {hosts.map((host) => (
            <li key={host.url}>
              <b>{nameOf(host)}</b>: {why(host, now)}
            </li>
          ))}
        </ul>
      </details>
    </Notice>
  );
}

const nameOf = ({ host, url }: Host) => host ?? url;

const why = ({ error, lastCycle }: Host, now: number) =>
  `${error ?? 'no answer'}; ${lastCycle === null ? 'nothing was ever read from it' : `last heard ${age(now - lastCycle)} ago`}`;

const getStyles = (theme: GrafanaTheme2) => ({
  details: css({
    '&[open]': { flexBasis: '100%' },
    '& summary': { cursor: 'pointer', color: theme.colors.text.link },
    '& ol, & ul': { margin: theme.spacing(0.5, 0, 0.5, 2.5), maxHeight: 160, overflowY: 'auto' },
    '& ol': { listStyle: 'decimal' },
  }),
});
