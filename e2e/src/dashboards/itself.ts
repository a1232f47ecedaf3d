import { now, prometheus, SOURCE_VARIABLES, type Dashboard } from './dashboard.ts';
import { lines, number, WELL_OR_NOT } from './panels.ts';

/** Whether what watches the VMs can be relied on. */
export const itself: Dashboard = {
  uid: 'faultline-itself',
  title: 'Faultline / Faultline itself',
  description: 'The health of the exporters and of the OMS: whether what the other dashboards show can be relied on.',
  variables: [...SOURCE_VARIABLES],
  rows: [
    {
      title: 'Exporters',
      height: 8,
      panels: [
        lines({
          title: 'Age of the newest cycle',
          description:
            'How long ago each exporter last read the states of its VMs. A growing line: it hangs, or libvirt does.',
          width: 8,
          unit: 's',
          min: 0,
          targets: [prometheus('time() - faultline_cycle_timestamp_seconds', '{{instance}}')],
        }),
        lines({
          title: 'Duration of a cycle',
          description: 'Nine of ten cycles took no longer.',
          width: 8,
          unit: 's',
          min: 0,
          targets: [
            prometheus(
              'histogram_quantile(0.9, sum by (instance, le) (rate(faultline_exporter_cycle_duration_seconds_bucket[$__rate_interval])))',
              '{{instance}}',
            ),
          ],
        }),
        lines({
          title: 'Collectors that failed',
          description: 'What could not be read, by collector. Nothing here: all were read.',
          width: 8,
          unit: 'none',
          min: 0,
          targets: [prometheus('exporter_collector_success == 0', '{{collector}} of {{instance}}')],
        }),
      ],
    },
    {
      height: 8,
      panels: [
        lines({
          title: 'Reports that wait',
          description: 'Events and alarms that the exporters have spooled and the OMS has not taken yet.',
          width: 8,
          unit: 'none',
          min: 0,
          targets: [prometheus('faultline_exporter_spool_reports', '{{instance}}')],
        }),
        lines({
          title: 'Reports that were lost or not delivered',
          description:
            'A second: attempts that failed, reports that the OMS refused, and what a full spool dropped. Dropped is lost.',
          width: 8,
          unit: 'ops',
          min: 0,
          targets: [
            prometheus('rate(faultline_exporter_delivery_failures_total[$__rate_interval])', 'failed: {{instance}}'),
            prometheus('rate(faultline_exporter_reports_rejected_total[$__rate_interval])', 'refused: {{instance}}'),
            prometheus('rate(faultline_exporter_spool_dropped_total[$__rate_interval])', 'dropped: {{instance}}'),
          ],
        }),
        lines({
          title: 'Calls that hang',
          description: 'Statistics calls that libvirtd has not answered: each holds one of its workers.',
          width: 8,
          unit: 'none',
          min: 0,
          targets: [prometheus('faultline_exporter_stats_calls_stuck', '{{instance}}')],
        }),
      ],
    },
    {
      title: 'OMS',
      height: 5,
      panels: [
        number({
          title: 'Performs operations',
          description: 'Which OMS of a database performs operations: one, and only one.',
          width: 8,
          unit: 'none',
          mappings: WELL_OR_NOT,
          targets: [now('sum(faultline_oms_performs_operations)', 'performer')],
        }),
        number({
          title: 'Old records last removed',
          description: 'How long ago. More than a day: its store grows.',
          width: 8,
          unit: 's',
          thresholds: [
            { from: null, color: 'green' },
            { from: 86_400, color: 'red' },
          ],
          targets: [now('time() - faultline_oms_retention_last_success_timestamp_seconds', '{{instance}}')],
        }),
        number({
          title: 'Versions',
          description: 'Versions of the exporters, and how many run each.',
          width: 8,
          unit: 'none',
          targets: [now('count by (version) (faultline_exporter_build_info)', '{{version}}')],
        }),
      ],
    },
    {
      height: 8,
      panels: [
        lines({
          title: 'Cycles that were read',
          description: 'A second, by host: new ones, and those that were known.',
          width: 8,
          unit: 'ops',
          min: 0,
          targets: [
            prometheus('rate(faultline_oms_cycles_total[$__rate_interval])', '{{host}}{{exported_host}}: {{outcome}}'),
          ],
        }),
        lines({
          title: 'Reads that brought no cycle',
          description: 'A second, by the code of the error and where it was read.',
          width: 8,
          unit: 'ops',
          min: 0,
          targets: [prometheus('rate(faultline_oms_scrape_errors_total[$__rate_interval])', '{{code}}: {{url}}')],
        }),
        lines({
          title: 'Reports that were stored',
          description: 'A second: what exporters sent, by whether it was new.',
          width: 8,
          unit: 'ops',
          min: 0,
          targets: [prometheus('rate(faultline_oms_reports_total[$__rate_interval])', '{{outcome}}')],
        }),
      ],
    },
    {
      height: 8,
      panels: [
        lines({
          title: 'Duration of queries',
          description: 'Nine of ten queries of this type took no longer.',
          width: 8,
          unit: 's',
          min: 0,
          targets: [
            prometheus(
              'histogram_quantile(0.9, sum by (type, le) (rate(faultline_oms_query_duration_seconds_bucket[$__rate_interval])))',
              '{{type}}',
            ),
          ],
        }),
        lines({
          title: 'Memory',
          description: 'Resident memory of the OMS and the exporters.',
          width: 8,
          unit: 'bytes',
          min: 0,
          targets: [
            prometheus(
              'process_resident_memory_bytes and on (job, instance) faultline_oms_performs_operations',
              'OMS {{instance}}',
            ),
            prometheus(
              'process_resident_memory_bytes and on (job, instance) faultline_exporter_build_info',
              'exporter {{instance}}',
            ),
          ],
        }),
        lines({
          title: 'CPU',
          description: 'Processors that the OMS and the exporters use.',
          width: 8,
          unit: 'short',
          min: 0,
          targets: [
            prometheus(
              'rate(process_cpu_seconds_total[$__rate_interval]) and on (job, instance) faultline_oms_performs_operations',
              'OMS {{instance}}',
            ),
            prometheus(
              'rate(process_cpu_seconds_total[$__rate_interval]) and on (job, instance) faultline_exporter_build_info',
              'exporter {{instance}}',
            ),
          ],
        }),
      ],
    },
  ],
};
