import { now, oms, prometheus, SOURCE_VARIABLES, type Dashboard } from './dashboard.ts';
import { lines, number, table, timeline } from './panels.ts';

/** All VMs of all hosts: which one needs somebody now. */
export const fleet: Dashboard = {
  uid: 'faultline-fleet',
  title: 'Faultline / Fleet overview',
  description: 'All VMs of all hosts, the worst first.',
  variables: [...SOURCE_VARIABLES],
  rows: [
    {
      height: 5,
      panels: [
        number({
          title: 'VMs by state',
          description: 'How many VMs are in which state of libvirt now.',
          width: 12,
          unit: 'none',
          targets: [now('count by (state) (libvirt_domain_state == 1)', '{{state}}')],
        }),
        number({
          title: 'Hosts that answer',
          description: 'Hosts whose newest cycle reached libvirtd.',
          width: 6,
          unit: 'none',
          targets: [now('sum(libvirt_up)', 'reached'), now('count(libvirt_up)', 'known')],
        }),
        number({
          title: 'Open alarms',
          description: 'Alarms that exporters see and that are not over.',
          width: 6,
          unit: 'none',
          thresholds: [
            { from: null, color: 'green' },
            { from: 1, color: 'orange' },
          ],
          targets: [now('sum(faultline_exporter_alarms_open)', 'alarms')],
        }),
      ],
    },
    {
      height: 16,
      panels: [
        timeline({
          title: 'All VMs, the worst first',
          description: 'A row for each VM: its state now and over time. A click opens its chart.',
          width: 24,
          targets: [
            prometheus('libvirt_domain_state_reason_info', ''),
            prometheus('libvirt_domain_info_cpu_time_seconds_total', ''),
            prometheus('libvirt_domain_info_virtual_cpus', ''),
          ],
        }),
      ],
    },
    {
      height: 9,
      panels: [
        table({
          title: 'VMs that are not well',
          description: 'VMs that crashed, hang or lost their storage. A name leads to its black box.',
          width: 12,
          targets: [oms({ type: 'vms', state: 'abnormal' })],
        }),
        table({
          title: 'Active alarms',
          description: 'What is not cleared, the newest first.',
          width: 12,
          targets: [oms({ type: 'alarms', active: true, live: true })],
        }),
      ],
    },
    {
      height: 9,
      panels: [
        table({
          title: 'Hosts',
          description: 'The hosts, their newest cycle, and which are isolated. A name leads to its dashboard.',
          width: 12,
          targets: [oms({ type: 'hosts' })],
        }),
        lines({
          title: 'VMs that wait for a processor',
          description: 'The ten VMs from which their hosts take the most time.',
          width: 12,
          unit: 'percentunit',
          min: 0,
          targets: [
            prometheus(
              'topk(10, sum by (domain, uuid) (rate(libvirt_domain_vcpu_delay_seconds_total[$__rate_interval])))',
              '{{domain}}',
            ),
          ],
        }),
      ],
    },
  ],
};
