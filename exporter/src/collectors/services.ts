import { METRICS } from '@faultline/contracts';
import { SERVICE_STATES, type ServiceReading } from '../services/service.ts';
import { counter, defineCollector, gauge, MILLISECONDS_PER_SECOND, sampleOf } from './collector.ts';

export const services = defineCollector({
  name: 'services',
  source: 'services',
  stats: [],
  metrics: {
    managerUp: gauge(
      METRICS.servicesManagerUp,
      'Whether the manager of the services answered; while it does not, every service is unknown.',
      ['manager'],
    ),
    state: gauge(METRICS.serviceState, 'State of a service: 1 for the state it is in, 0 for the others.', [
      'service',
      'state',
    ]),
    info: gauge(
      METRICS.serviceInfo,
      'What a service is to the host, who manages it, and in the words of its manager how it is; always 1.',
      ['service', 'role', 'manager', 'active', 'sub', 'result'],
    ),
    ok: gauge(
      METRICS.serviceOk,
      'Whether a service is as it should be: it runs, or a socket that listens starts it. Absent where that is not known or nobody wants it.',
      ['service'],
    ),
    restarts: counter(METRICS.serviceRestarts, 'How often its manager started a service again by itself.', ['service']),
    started: gauge(METRICS.serviceStart, 'When a service became active, in seconds since the epoch.', ['service']),
    timestamp: gauge(METRICS.servicesTimestamp, 'When the services were read, in seconds since the epoch.'),
  },
  parse: ({ readings }) => {
    if (readings.services === undefined) return [];
    const { value, at } = readings.services;
    const { manager } = value;
    return [
      { metric: 'managerUp', labels: { manager }, value: value.error === null ? 1 : 0 },
      ...value.services.flatMap((service) => samplesOf(service, manager)),
      { metric: 'timestamp', labels: {}, value: at / MILLISECONDS_PER_SECOND },
    ];
  },
});

function samplesOf(reading: ServiceReading, manager: string) {
  const { name, role, state, active, sub, result, ok, restarts, startedAt } = reading;
  const labels = { service: name };
  const isOk = ok === null ? undefined : Number(ok);
  return [
    ...SERVICE_STATES.map((each) => ({
      metric: 'state' as const,
      labels: { ...labels, state: each },
      value: Number(each === state),
    })),
    { metric: 'info' as const, labels: { ...labels, role, manager, active, sub, result }, value: 1 },
    ...sampleOf('ok', labels, isOk),
    ...sampleOf('restarts', labels, restarts ?? undefined),
    ...sampleOf('started', labels, startedAt === null ? undefined : startedAt / MILLISECONDS_PER_SECOND),
  ];
}
