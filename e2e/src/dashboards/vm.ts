import { hostVariable, is, oms, prometheus, SOURCE_VARIABLES, vmVariable, type Dashboard } from './dashboard.ts';
import { lines, table, timeline } from './panels.ts';

const OF = '{uuid="$vm"}';
const rate = (metric: string): string => `rate(${metric}${OF}[$__rate_interval])`;

/** One VM: why it failed, and what was around it. */
export const vm: Dashboard = {
  uid: 'faultline-vm',
  title: 'Faultline / VM black box',
  description: 'One VM on one time axis: CPU, states, operations and alarms, and below what its host gave it.',
  variables: [...SOURCE_VARIABLES, hostVariable({ all: true }), vmVariable({ all: false })],
  rows: [
    {
      height: 14,
      panels: [
        timeline({
          title: 'What happened to it',
          description: 'CPU, state, operations and alarms of the VM. A click on a label opens its story, hop by hop.',
          width: 24,
          targets: [oms({ type: 'timeline', vm: '$vm', live: true })],
        }),
      ],
    },
    {
      title: 'What its host gave it',
      height: 8,
      panels: [
        lines({
          title: 'CPU',
          description: 'Used share of its vCPUs. At 100 % for long, the guest has too much to do, or loops.',
          width: 8,
          unit: 'percent',
          min: 0,
          max: 100,
          targets: [
            prometheus(
              `100 * ${rate('libvirt_domain_info_cpu_time_seconds_total')} / libvirt_domain_info_virtual_cpus${OF}`,
              'CPU of {{domain}}',
            ),
          ],
        }),
        lines({
          title: 'Steal and wait',
          description:
            'Share of time in which vCPUs were ready to run and had no processor (steal), or waited for input and output. Steal is the fault of the host, not of the guest.',
          width: 8,
          unit: 'percentunit',
          min: 0,
          targets: [
            prometheus(rate('libvirt_domain_vcpu_delay_seconds_total'), 'steal of vCPU {{vcpu}}'),
            prometheus(rate('libvirt_domain_vcpu_wait_seconds_total'), 'wait of vCPU {{vcpu}}'),
          ],
        }),
        lines({
          title: 'Memory',
          description:
            'What the guest can see and could still use, by its own account, and what it takes from the host. Usable near zero: the guest swaps or kills.',
          width: 8,
          unit: 'bytes',
          min: 0,
          targets: [
            prometheus(`libvirt_domain_memory_stats_available_bytes${OF}`, 'seen by the guest'),
            prometheus(`libvirt_domain_memory_stats_usable_bytes${OF}`, 'usable in the guest'),
            prometheus(`libvirt_domain_memory_stats_rss_bytes${OF}`, 'taken from the host'),
          ],
        }),
      ],
    },
    {
      height: 8,
      panels: [
        lines({
          title: 'Disk throughput',
          description: 'Bytes read and written, by disk.',
          width: 8,
          unit: 'Bps',
          min: 0,
          targets: [
            prometheus(rate('libvirt_domain_block_stats_read_bytes_total'), 'read from {{target_device}}'),
            prometheus(rate('libvirt_domain_block_stats_write_bytes_total'), 'written to {{target_device}}'),
          ],
        }),
        lines({
          title: 'Disk latency',
          description:
            'How long a request took on average. No line where nothing was asked for. Long ones point at the storage.',
          width: 8,
          unit: 's',
          min: 0,
          targets: [
            prometheus(
              `${rate('libvirt_domain_block_stats_read_time_seconds_total')} / ${rate('libvirt_domain_block_stats_read_requests_total')}`,
              'read from {{target_device}}',
            ),
            prometheus(
              `${rate('libvirt_domain_block_stats_write_time_seconds_total')} / ${rate('libvirt_domain_block_stats_write_requests_total')}`,
              'written to {{target_device}}',
            ),
          ],
        }),
        lines({
          title: 'Network',
          description: 'Bits received and sent, by network interface. Seen from the guest.',
          width: 8,
          unit: 'bps',
          min: 0,
          targets: [
            prometheus(
              `8 * ${rate('libvirt_domain_interface_stats_receive_bytes_total')}`,
              'received on {{target_device}}',
            ),
            prometheus(
              `8 * ${rate('libvirt_domain_interface_stats_transmit_bytes_total')}`,
              'sent on {{target_device}}',
            ),
          ],
        }),
      ],
    },
    {
      height: 8,
      panels: [
        lines({
          title: 'Network errors and drops',
          description: 'Packets in a second that were broken or thrown away. Anything but zero is worth a look.',
          width: 8,
          unit: 'pps',
          min: 0,
          targets: [
            prometheus(
              rate('libvirt_domain_interface_stats_receive_errors_total'),
              'broken, received on {{target_device}}',
            ),
            prometheus(
              rate('libvirt_domain_interface_stats_receive_drops_total'),
              'dropped, received on {{target_device}}',
            ),
            prometheus(
              rate('libvirt_domain_interface_stats_transmit_errors_total'),
              'broken, sent on {{target_device}}',
            ),
            prometheus(
              rate('libvirt_domain_interface_stats_transmit_drops_total'),
              'dropped, sent on {{target_device}}',
            ),
          ],
        }),
        lines({
          title: 'Page faults that read from disk',
          description: 'Major faults in the guest, a second. Many together with little usable memory: it swaps.',
          width: 8,
          unit: 'ops',
          min: 0,
          targets: [prometheus(rate('libvirt_domain_memory_stats_major_fault_total'), 'major faults')],
        }),
        lines({
          title: 'Age of its statistics',
          description:
            'Grows while QEMU does not answer its monitor: then all lines above stand still, and its state goes on.',
          width: 8,
          unit: 's',
          min: 0,
          targets: [prometheus(`time() - libvirt_domain_stats_timestamp_seconds${OF}`, 'age')],
        }),
      ],
    },
    {
      title: 'Records',
      height: 9,
      panels: [
        table({
          title: 'Alarms',
          description: 'Alarms of the VM in this time range, the newest first.',
          width: 12,
          targets: [oms({ type: 'alarms', filters: [is('vm', '$vm')] })],
        }),
        table({
          title: 'Operations',
          description: 'What was done to the VM in this time range, the newest first.',
          width: 12,
          targets: [oms({ type: 'operations', filters: [is('vm', '$vm')] })],
        }),
      ],
    },
  ],
};
