import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

/** prom-client's gauges whose names end in `_total`, which is for counters: promtool would complain of them on every page. */
const MISNAMED = ['nodejs_active_resources_total', 'nodejs_active_handles_total', 'nodejs_active_requests_total'];

/**
 * prom-client's event-loop histogram wakes the process a hundred times a second: 45 ms of CPU in 15 s, as much as a cycle of a
 * hundred domains. It is slowed down to once an hour, and its gauges are left out; cycles that overrun say that the loop is held up.
 */
const EVENT_LOOP_MONITORING_PRECISION_MS = 3_600_000;
const EVENT_LOOP = ['', '_min', '_max', '_mean', '_stddev', '_p50', '_p90', '_p99'].map(
  (part) => `nodejs_eventloop_lag${part}_seconds`,
);

export type Health = ReturnType<typeof createHealth>;

/** The exporter's own health, for as long as the process lives; unlike the page, it does count up. */
export function createHealth(version: string) {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: EVENT_LOOP_MONITORING_PRECISION_MS });
  for (const name of [...MISNAMED, ...EVENT_LOOP]) registry.removeSingleMetric(name);

  new Gauge({
    name: 'faultline_exporter_build_info',
    help: 'The version of the exporter; always 1.',
    labelNames: ['version'],
    registers,
  }).set({ version }, 1);

  const counter = <Label extends string = never>(name: string, help: string, labelNames: Label[] = []) =>
    new Counter<Label>({ name, help, labelNames, registers });
  const gauge = (name: string, help: string) => new Gauge({ name, help, registers });

  return {
    registry,
    cycles: counter('faultline_exporter_cycles_total', 'Collection cycles, by how they ended (ok, failed).', [
      'result',
    ]),
    cycleDuration: new Histogram({
      name: 'faultline_exporter_cycle_duration_seconds',
      help: 'How long collection cycles took.',
      buckets: [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
      registers,
    }),
    overruns: counter(
      'faultline_exporter_cycle_overruns_total',
      'Cycles that were left out because one took too long.',
    ),
    reconnects: counter(
      'faultline_exporter_reconnects_total',
      'Connections to libvirtd that were made again, by lane (state, statistics).',
      ['lane'],
    ),
    stuckCalls: gauge(
      'faultline_exporter_stats_calls_stuck',
      'Domains that owe an answer to a statistics call; none is asked again until its control interface is free.',
    ),
    events: counter('faultline_exporter_events_total', 'Events that libvirtd sent, by kind.', ['event']),
    spoolReports: gauge(
      'faultline_exporter_spool_reports',
      'Reports that wait for the OMS, on disk or held in memory.',
    ),
    spoolBytes: gauge('faultline_exporter_spool_bytes', 'Size of the reports on disk.'),
    spoolDropped: counter(
      'faultline_exporter_spool_dropped_total',
      'Reports dropped because the spool was full, or the disk took none until the exporter ended.',
    ),
    spoolFailures: counter(
      'faultline_exporter_spool_write_failures_total',
      'Reports lost because the spool could not be written and no more could be held in memory.',
    ),
    delivered: counter('faultline_exporter_reports_delivered_total', 'Reports that the OMS acknowledged.'),
    rejected: counter('faultline_exporter_reports_rejected_total', 'Reports put aside because the OMS refuses them.'),
    deliveryFailures: counter(
      'faultline_exporter_delivery_failures_total',
      'Attempts to deliver reports that failed and are repeated.',
    ),
    /** Registered only with a web configuration: without one there is nothing to say. */
    webConfigReload: new Gauge({
      name: 'faultline_exporter_web_config_last_reload_successful',
      help: 'Whether the web configuration file, with its certificates, could be used when it was last read.',
      registers: [],
    }),
    alarmsOpen: gauge('faultline_exporter_alarms_open', 'Alarms raised and not cleared.'),
  };
}
