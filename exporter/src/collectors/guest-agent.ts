import { GUEST_VERDICTS } from '@faultline/contracts';
import type { GuestReport } from '../guests/report.ts';
import type { HostSnapshot } from '../snapshot.ts';
import { defineCollector, DOMAIN_LABELS, domainLabels, gauge, MILLISECONDS_PER_SECOND, sampleOf } from './collector.ts';

/** The latest report of each guest that this cycle lists, with the labels of its domain. */
export function guestsOf({ domains, readings }: HostSnapshot) {
  const reports = new Map(readings.guests?.value.map((report) => [report.uuid, report]));
  return domains.flatMap((domain): { guest: GuestReport; labels: { domain: string; uuid: string } }[] => {
    const guest = domain.id < 0 ? undefined : reports.get(domain.uuid);
    return guest === undefined ? [] : [{ guest, labels: domainLabels(domain) }];
  });
}

/** Whether the agent is alive, and what its rounds came to. No `up` where it was not asked or nothing can be said. */
export const guestAgent = defineCollector({
  name: 'guest_agent',
  source: 'guests',
  stats: [],
  metrics: {
    up: gauge(
      'libvirt_domain_guest_agent_up',
      'Whether the guest agent answers. Absent while something explains its silence.',
      DOMAIN_LABELS,
    ),
    execEnabled: gauge(
      'libvirt_domain_guest_agent_exec_enabled',
      'Whether the guest agent lets programs be run in the guest.',
      DOMAIN_LABELS,
    ),
    answered: gauge(
      'libvirt_domain_guest_agent_last_answer_timestamp_seconds',
      'When the guest agent last answered, in seconds since the epoch.',
      DOMAIN_LABELS,
    ),
    probed: gauge(
      'libvirt_domain_guest_agent_probe_timestamp_seconds',
      'When the latest round in the guest began, in seconds since the epoch: the age of what is said of it.',
      DOMAIN_LABELS,
    ),
    duration: gauge(
      'libvirt_domain_guest_agent_probe_duration_seconds',
      'How long the latest round in the guest took.',
      DOMAIN_LABELS,
    ),
    suppressed: gauge(
      'libvirt_domain_guest_agent_probe_suppressed',
      'Why the silence of the guest is not held against it; 1 while it is not.',
      [...DOMAIN_LABELS, 'reason'],
    ),
    os: gauge('faultline_guest_os_info', 'The system of the guest (linux, windows); always 1.', [
      ...DOMAIN_LABELS,
      'os',
    ]),
    verdict: gauge(
      'faultline_guest_verdict',
      'Whether this is what the latest round found: 1 for the verdict, 0 for the others.',
      [...DOMAIN_LABELS, 'verdict'],
    ),
  },
  parse: (snapshot) =>
    guestsOf(snapshot).flatMap(({ guest, labels }) => {
      const { execEnabled, answeredAt, suppressed, os } = guest;
      return [
        ...sampleOf('up', labels, agentUp(guest)),
        ...sampleOf('execEnabled', labels, execEnabled === null ? undefined : Number(execEnabled)),
        ...sampleOf('answered', labels, answeredAt === null ? undefined : answeredAt / MILLISECONDS_PER_SECOND),
        { metric: 'probed' as const, labels, value: guest.at / MILLISECONDS_PER_SECOND },
        { metric: 'duration' as const, labels, value: guest.durationMs / MILLISECONDS_PER_SECOND },
        ...sampleOf('suppressed', { ...labels, reason: suppressed?.reason ?? '' }, suppressed ? 1 : undefined),
        ...sampleOf('os', { ...labels, os }, os === 'unknown' ? undefined : 1),
        ...GUEST_VERDICTS.map((verdict) => ({
          metric: 'verdict' as const,
          labels: { ...labels, verdict },
          value: verdict === guest.verdict ? 1 : 0,
        })),
      ];
    }),
});

/** A frozen guest's agent answers; one that nobody could ask, or that there is no channel for, is neither up nor down. */
function agentUp({ agent, verdict, suppressed }: GuestReport): number | undefined {
  if (agent === 'answering' || agent === 'frozen') return 1;
  return suppressed !== null || verdict !== 'agent-unavailable' || agent === 'no-channel' ? undefined : 0;
}
