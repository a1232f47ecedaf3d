import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';

/** The OMS's own metrics, in a registry of its own, so that two OMSs in one process never mix. */
export function createTelemetry() {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  return {
    registry,
    reports: new Counter({
      name: 'faultline_oms_reports_total',
      help: 'Reports of hosts that were committed, by whether they were new.',
      labelNames: ['outcome'],
      registers,
    }),
    spans: new Counter({
      name: 'faultline_oms_spans_total',
      help: 'OpenTelemetry spans that were received, by what became of them.',
      labelNames: ['outcome'],
      registers,
    }),
    cycles: new Counter({
      name: 'faultline_oms_cycles_total',
      help: 'Collection cycles that were read, by host and whether they were new.',
      labelNames: ['host', 'outcome'],
      registers,
    }),
    scrapeErrors: new Counter({
      name: 'faultline_oms_scrape_errors_total',
      help: 'Scrapes of an exporter, or reads of a query server, that brought no cycle, by its URL and the code of the error.',
      labelNames: ['url', 'code'],
      registers,
    }),
    lastCycle: new Gauge({
      name: 'faultline_oms_last_cycle_timestamp_seconds',
      help: 'Time of the last cycle that was read, by host.',
      labelNames: ['host'],
      registers,
    }),
    alertmanagerCalls: new Counter({
      name: 'faultline_oms_alertmanager_calls_total',
      help: 'Calls of an Alertmanager, by whether it was asked or sent something, and ok or the code of the error.',
      labelNames: ['url', 'call', 'outcome'],
      registers,
    }),
    alertmanagerLastSuccess: new Gauge({
      name: 'faultline_oms_alertmanager_last_success_timestamp_seconds',
      help: 'When an Alertmanager last answered, by whether it was asked or sent something.',
      labelNames: ['url', 'call'],
      registers,
    }),
    alertmanagerTold: new Gauge({
      name: 'faultline_oms_alertmanager_told_alerts',
      help: 'Alerts that an Alertmanager was last told are so.',
      labelNames: ['url'],
      registers,
    }),
    performs: new Gauge({
      name: 'faultline_oms_performs_operations',
      help: 'Whether this OMS is the one of its database that performs operations.',
      registers,
    }),
    prunedRows: new Counter({
      name: 'faultline_oms_pruned_rows_total',
      help: 'Records that were removed because they are older than they are kept, by table.',
      labelNames: ['table'],
      registers,
    }),
    prunedPartitions: new Counter({
      name: 'faultline_oms_dropped_partitions_total',
      help: 'Partitions that were dropped because they are older than their records are kept, by table.',
      labelNames: ['table'],
      registers,
    }),
    retentionRound: new Gauge({
      name: 'faultline_oms_retention_last_success_timestamp_seconds',
      help: 'When this OMS last finished removing old records.',
      registers,
    }),
    retentionErrors: new Counter({
      name: 'faultline_oms_retention_errors_total',
      help: 'Rounds of removing old records, or of making partitions, that failed; the log says why.',
      registers,
    }),
    queryDuration: new Histogram({
      name: 'faultline_oms_query_duration_seconds',
      help: 'How long queries took, by type.',
      labelNames: ['type'],
      buckets: [0.001, 0.005, 0.02, 0.1, 0.5, 2, 10],
      registers,
    }),
  };
}
export type Telemetry = ReturnType<typeof createTelemetry>;
