import { METRICS } from '@faultline/contracts';
import { EXTERNAL_STATES, SHARED_KINDS, type ExternalItem, type ExternalPartReport } from '../external/external.ts';
import { passthroughItems } from '../external/passthrough.ts';
import type { DomainSnapshot } from '../snapshot.ts';
import { counter, defineCollector, gauge, MILLISECONDS_PER_SECOND, sampleOf } from './collector.ts';

const ITEM_LABELS = ['kind', 'id', 'name'] as const;

export const external = defineCollector({
  name: 'external',
  source: 'external',
  stats: [],
  metrics: {
    state: gauge(
      METRICS.externalPathState,
      'State of a way to something outside the box: 1 for the state it is in, 0 for the others.',
      [...ITEM_LABELS, 'state'],
    ),
    info: gauge(
      METRICS.externalPathInfo,
      'What a way leads to, its state in the words of who said it, and whether other hosts know it by the same id; always 1.',
      [...ITEM_LABELS, 'target', 'detail', 'shared'],
    ),
    members: gauge(
      'faultline_external_path_members',
      'What a way consists of: paths of a multipath map, ports of a bond, parts of a shelf, by whether they work.',
      [...ITEM_LABELS, 'state'],
    ),
    answer: gauge(
      'faultline_external_mount_answer_seconds',
      'How long a mounted file system took to answer, the start of the program that asked it included.',
      ['id', 'name'],
    ),
    unanswered: gauge(
      'faultline_external_mounts_unanswered',
      'Mounted file systems that do not answer, each with at most one process that asks it.',
    ),
    errors: counter('faultline_external_fc_port_errors_total', 'Errors that a Fibre Channel port counted.', [
      'id',
      'name',
      'type',
    ]),
    leftOut: gauge('faultline_external_paths_left_out', 'Ways over the bound of their kind: they have no series.'),
    success: gauge(
      'faultline_external_read_success',
      'Whether this part could be read; if not, its ways are unknown.',
      ['part'],
    ),
    duration: gauge('faultline_external_read_duration_seconds', 'How long reading this part took.', ['part']),
    timestamp: gauge(
      'faultline_external_read_timestamp_seconds',
      'When this part was read for the values on this page, in seconds since the epoch.',
      ['part'],
    ),
  },
  parse: ({ readings, domains }) => {
    if (readings.external === undefined) return [];
    const { items, devices, parts, unanswered, leftOut } = readings.external.value;
    const passthrough = passthroughItems(domains.map(ownerOf), devices);
    return [
      ...[...items, ...unique(passthrough)].flatMap(samplesOfItem),
      { metric: 'unanswered', labels: {}, value: unanswered },
      { metric: 'leftOut', labels: {}, value: leftOut },
      ...parts.flatMap(samplesOfPart),
    ];
  },
});

function ownerOf({ name, id, description }: DomainSnapshot) {
  return { name, isRunning: id >= 0, devices: description?.hostDevices ?? [] };
}

/** XML may name a device twice, and names of domains are unique. */
function unique(items: readonly ExternalItem[]): ExternalItem[] {
  return [...new Map(items.map((item) => [JSON.stringify([item.id, item.name]), item])).values()];
}

function samplesOfItem(item: ExternalItem) {
  const { kind, id, name, state, target, detail, members, answerMs, errors = {} } = item;
  const labels = { kind, id, name };
  const counts = members === undefined ? [] : Object.entries(members);
  return [
    ...EXTERNAL_STATES.map((each) => ({
      metric: 'state' as const,
      labels: { ...labels, state: each },
      value: Number(each === state),
    })),
    {
      metric: 'info' as const,
      labels: { ...labels, target, detail, shared: String(SHARED_KINDS.has(kind)) },
      value: 1,
    },
    ...counts.map(([member, value]) => ({ metric: 'members' as const, labels: { ...labels, state: member }, value })),
    ...sampleOf('answer', { id, name }, answerMs === undefined ? undefined : answerMs / MILLISECONDS_PER_SECOND),
    ...Object.entries(errors).map(([type, value]) => ({
      metric: 'errors' as const,
      labels: { id, name, type },
      value,
    })),
  ];
}

function samplesOfPart({ part, ok, durationMs, at }: ExternalPartReport) {
  return [
    { metric: 'success' as const, labels: { part }, value: Number(ok) },
    { metric: 'duration' as const, labels: { part }, value: durationMs / MILLISECONDS_PER_SECOND },
    ...sampleOf('timestamp', { part }, at === null ? undefined : at / MILLISECONDS_PER_SECOND),
  ];
}
