import { hostVariable, is, now, oms, prometheus, SOURCE_VARIABLES, vmVariable, type Dashboard } from './dashboard.ts';
import { lines, number, states, table, WELL_OR_NOT } from './panels.ts';

/** Only what the exporter of the chosen host says: its name is on one metric alone, and never on counters. */
const here = (expr: string): string => `${expr} and on (job, instance) faultline_host_info{host="$host"}`;

/** One host: its VMs, and what could be the reason for all of them at once. */
export const host: Dashboard = {
  uid: 'faultline-host',
  title: 'Faultline / Host',
  description: 'One host: whether it is well, what its VMs take, and its hardware, storage paths and services.',
  variables: [...SOURCE_VARIABLES, hostVariable({ all: false }), vmVariable({ all: true })],
  rows: [
    {
      height: 5,
      panels: [
        number({
          title: 'libvirt',
          description: 'Whether the newest cycle reached libvirtd.',
          width: 4,
          unit: 'none',
          mappings: WELL_OR_NOT,
          targets: [now(here('libvirt_up'), 'libvirtd')],
        }),
        number({
          title: 'VMs',
          description: 'Domains that the host knows, running or not.',
          width: 4,
          unit: 'none',
          targets: [now(here('libvirt_domains'), 'VMs')],
        }),
        number({
          title: 'Age of the newest cycle',
          description: 'How long ago the states of its VMs were read. More than a minute: nothing newer is known.',
          width: 4,
          unit: 's',
          thresholds: [
            { from: null, color: 'green' },
            { from: 60, color: 'red' },
          ],
          targets: [now(here('time() - faultline_cycle_timestamp_seconds'), 'age')],
        }),
        number({
          title: 'VMs that do not answer',
          description: 'VMs whose statistics were left out or waited for in vain: their QEMU hangs.',
          width: 4,
          unit: 'none',
          thresholds: [
            { from: null, color: 'green' },
            { from: 1, color: 'red' },
          ],
          targets: [now(`sum(${here('libvirt_domain_timed_out')})`, 'VMs')],
        }),
        number({
          title: 'Services',
          description: 'Services that VMs need, and whether they are as they should be.',
          width: 8,
          unit: 'none',
          mappings: WELL_OR_NOT,
          targets: [now(here('faultline_service_ok'), '{{service}}')],
        }),
      ],
    },
    {
      height: 8,
      panels: [
        states({
          title: 'States of its VMs',
          description: 'Which VM was in which state of libvirt, when.',
          width: 12,
          targets: [prometheus(here('libvirt_domain_state_reason_info'), '{{domain}}: {{state}} ({{reason}})')],
        }),
        table({
          title: 'Cycles',
          description: 'Whether its cycles reached libvirtd. What no row covers is silence.',
          width: 12,
          targets: [oms({ type: 'cycles', hosts: ['$host'] })],
        }),
      ],
    },
    {
      title: 'What its VMs take',
      height: 8,
      panels: [
        lines({
          title: 'Busiest VMs',
          description: 'The ten VMs that use the most processors; 1 is one processor.',
          width: 8,
          unit: 'short',
          min: 0,
          targets: [
            prometheus(
              `topk(10, ${here('rate(libvirt_domain_info_cpu_time_seconds_total[$__rate_interval])')})`,
              '{{domain}}',
            ),
          ],
        }),
        lines({
          title: 'VMs that wait for a processor',
          description:
            'The ten VMs from which the host takes the most time. All of them together: the host has too many.',
          width: 8,
          unit: 'percentunit',
          min: 0,
          targets: [
            prometheus(
              `topk(10, sum by (domain) (${here('rate(libvirt_domain_vcpu_delay_seconds_total[$__rate_interval])')}))`,
              '{{domain}}',
            ),
          ],
        }),
        lines({
          title: 'Disk and network of its VMs',
          description: 'All bytes that its VMs read, write, receive and send.',
          width: 8,
          unit: 'Bps',
          min: 0,
          targets: [
            prometheus(`sum(${here('rate(libvirt_domain_block_stats_read_bytes_total[$__rate_interval])')})`, 'read'),
            prometheus(
              `sum(${here('rate(libvirt_domain_block_stats_write_bytes_total[$__rate_interval])')})`,
              'written',
            ),
            prometheus(
              `sum(${here('rate(libvirt_domain_interface_stats_receive_bytes_total[$__rate_interval])')})`,
              'received',
            ),
            prometheus(
              `sum(${here('rate(libvirt_domain_interface_stats_transmit_bytes_total[$__rate_interval])')})`,
              'sent',
            ),
          ],
        }),
      ],
    },
    {
      title: 'The host itself',
      height: 8,
      panels: [
        lines({
          title: 'Memory',
          description:
            'Memory of the host, and what it could still give. Near zero the kernel begins to kill, QEMU first.',
          width: 8,
          unit: 'bytes',
          min: 0,
          targets: [
            prometheus(here('faultline_host_memory_total_bytes'), 'all'),
            prometheus(here('faultline_host_memory_available_bytes'), 'available'),
          ],
        }),
        lines({
          title: 'Pressure',
          description: 'Share of time in which tasks of the host waited for a processor, memory or storage.',
          width: 8,
          unit: 'percentunit',
          min: 0,
          targets: [
            prometheus(
              here('rate(faultline_host_pressure_seconds_total[$__rate_interval])'),
              '{{resource}}, {{tasks}} tasks',
            ),
          ],
        }),
        states({
          title: 'Health of its hardware',
          description:
            'Parts that are not well, by what the host and its BMC say. Nothing here: all known parts are well.',
          width: 8,
          targets: [
            prometheus(here('faultline_hardware_item_health{health!="ok"} == 1'), '{{kind}} {{id}}: {{health}}'),
          ],
        }),
      ],
    },
    {
      height: 8,
      panels: [
        lines({
          title: 'Temperatures',
          description: 'What its sensors say.',
          width: 8,
          unit: 'celsius',
          targets: [prometheus(here('faultline_hardware_temperature_celsius'), '{{kind}} {{id}} {{sensor}}')],
        }),
        states({
          title: 'Paths to what is outside',
          description: 'Storage, mounts and uplinks that are not up: what all VMs of the host may lose together.',
          width: 8,
          targets: [
            prometheus(here('faultline_external_path_state{state!="up"} == 1'), '{{kind}} {{name}}: {{state}}'),
          ],
        }),
        lines({
          title: 'Storage pools',
          description: 'How full they are. A full one pauses the VMs that write to it.',
          width: 8,
          unit: 'percentunit',
          min: 0,
          max: 1,
          targets: [
            prometheus(
              here('libvirt_storage_pool_allocation_bytes / libvirt_storage_pool_capacity_bytes'),
              '{{storage_pool}}',
            ),
          ],
        }),
      ],
    },
    {
      title: 'Records',
      height: 9,
      panels: [
        table({
          title: 'Its VMs',
          description: 'The VMs as they are now. A name leads to its black box.',
          width: 12,
          targets: [oms({ type: 'vms', filters: [is('host', '$host')] })],
        }),
        table({
          title: 'Alarms',
          description: 'Alarms of the host and its VMs in this time range, the newest first.',
          width: 12,
          targets: [oms({ type: 'alarms', filters: [is('host', '$host')] })],
        }),
      ],
    },
  ],
};
