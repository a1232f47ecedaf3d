import type { PlainField, PlainFrame } from '../../timeline/frames.ts';
import type { AlarmMark } from '../../timeline/model.ts';
import { column, isNumber, numberFrom, stepOf, timeField } from '../columns.ts';
import { defineRecogniser, type Found, type ReadContext } from '../finding.ts';
import { domainState, domainStateNamed, isActive, rawOf, reductionOf } from '../libvirt.ts';
import { queryOf } from '../mapping.ts';
import { coresOf } from '../rates.ts';
import { stretches, type Run } from '../runs.ts';
import { vmOfLabels } from '../vm.ts';
import { levelOfWord } from '../words.ts';

type Role =
  | 'cpu'
  | 'vcpu'
  | 'alerts'
  | 'alerts-for-state'
  | 'state-reason'
  | 'state-set'
  | 'state-code'
  | 'vcpus'
  | 'title'
  | 'nothing';

/**
 * What the series of the libvirt exporters say: ours, inovex's (whose names ours are), Tinkoff's (`vstate`, `info_meta`), kumina's,
 * which Debian packages (`state_code`), and vexxhost's (`libvirtd_`, times in nanoseconds). Of an expression with several of
 * them, the first here is what it is about.
 */
const ROLES: readonly (readonly [metric: string, role: Role])[] = [
  ['libvirt_domain_info_cpu_time_seconds_total', 'cpu'],
  ['libvirtd_domain_cpu_time', 'cpu'],
  ['libvirt_domain_vcpu_time_seconds_total', 'vcpu'],
  ['libvirtd_domain_vcpu_time', 'vcpu'],
  ['ALERTS', 'alerts'],
  ['ALERTS_FOR_STATE', 'alerts-for-state'],
  ['libvirt_domain_state_reason_info', 'state-reason'],
  ['libvirt_domain_state', 'state-set'],
  ['libvirt_domain_info_state', 'state-code'],
  ['libvirt_domain_info_vstate', 'state-code'],
  ['libvirt_domain_state_code', 'state-code'],
  ['libvirtd_domain_domain_state', 'state-code'],
  ['libvirt_domain_info_virtual_cpus', 'vcpus'],
  ['libvirt_domain_vcpu_current', 'vcpus'],
  ['libvirt_domain_info_meta', 'title'],
  ['libvirt_domain_openstack_info', 'title'],
  ['libvirt_domain_info', 'nothing'],
];
const METRIC = /\b(?:libvirtd?_domain_\w+|ALERTS(?:_FOR_STATE)?)\b/g;
const NANOSECONDS = /^libvirtd_domain_v?cpu_time$/;

/** One series of the answer to a range query. */
interface PromSeries {
  metric: string;
  role: Role | undefined;
  /** Whether a function changed it, so that it has no name of its own any more. */
  expression: string | null;
  time: PlainField;
  field: PlainField;
  labels: Record<string, string>;
  query: string;
}

/**
 * The series of libvirt exporters and of alerts, as Grafana's Prometheus data source returns the answer to a range query: fields `Time`
 * and `Value`, the labels on the latter, the expression in the frame's meta.
 */
export const prometheus = defineRecogniser({
  id: 'prometheus',
  read(frame, context) {
    const expression = expressionOf(frame);
    const named = frame.fields.some((field) => metricsIn(field.labels?.['__name__'] ?? '').length > 0);
    if (!named && metricsIn(expression).length === 0) {
      return null;
    }
    const query = queryOf(frame);
    const { problems } = context;
    const time = timeField(frame);
    const numbers = frame.fields.filter(isNumber);
    if (frame.fields.length === 0 || (time && time.values.length === 0)) {
      problems.add({ kind: 'empty-query', query });
    } else if (frame.meta?.custom?.['resultType'] === 'vector' || frame.meta?.type?.startsWith('numeric')) {
      problems.add({ kind: 'one-moment', query });
    } else if (!time) {
      problems.add({ kind: 'no-time', query, fields: frame.fields.map((field) => field.name) });
    } else if (numbers.every((field) => !field.labels) && frame.fields.some((field) => field.type === 'string')) {
      problems.add({ kind: 'table-format', query });
    } else {
      return numbers.flatMap((field) => {
        const series = seriesOf(time, field, expression, query);
        return findingsOf(series, context).map((found) => ({
          ...found,
          query,
          by: 'prometheus' as const,
          vm: vmOfLabels(series.labels),
          labels: Object.keys(series.labels),
        }));
      });
    }
    return [];
  },
});

/** Whether a frame holds alerts that fire, so that those that only wait are known from them. */
export function holdsAlerts(frame: PlainFrame): boolean {
  return frame.fields.some((field) => field.labels?.['__name__'] === 'ALERTS');
}

/** Grafana writes `Expr: up\nStep: 15s`. */
function expressionOf(frame: PlainFrame): string {
  const executed = frame.meta?.executedQueryString;
  return typeof executed === 'string' ? executed.replace(/^Expr: /, '').replace(/\nStep: .*$/s, '') : '';
}

function metricsIn(text: string): string[] {
  return text.match(METRIC) ?? [];
}

function seriesOf(time: PlainField, field: PlainField, expression: string, query: string): PromSeries {
  const labels = field.labels ?? {};
  const named = labels['__name__'];
  const metrics = named ? [named] : metricsIn(expression);
  const [metric, role] = ROLES.find(([name]) => metrics.includes(name)) ?? [metrics[0] ?? '?', undefined];
  return { metric, role, expression: named ? null : expression, time, field, labels, query };
}

function findingsOf(series: PromSeries, context: ReadContext): Found[] {
  switch (series.role) {
    case 'cpu':
    case 'vcpu':
      return cpuOf(series, context);
    case 'vcpus':
      return [{ kind: 'vcpus', ...samplesOf(series, context) }];
    case 'state-code':
    case 'state-set':
    case 'state-reason':
      return [{ kind: 'runs', runs: runsOf(series, context) }];
    case 'alerts':
    case 'alerts-for-state':
      return [{ kind: 'alarms', marks: alarmsOf(series, context) }];
    case 'title':
      return series.labels['instance_name'] ? [{ kind: 'title', title: series.labels['instance_name'] }] : [];
    case 'nothing':
      return [];
    case undefined:
      context.problems.add({ kind: 'unmapped', query: series.query, of: [series.metric] });
      return [];
  }
}

function samplesOf({ time, field, query }: PromSeries, { problems }: ReadContext) {
  const { times, values, bad } = column(time, field, numberFrom);
  if (bad > 0) {
    problems.add({ kind: 'bad-rows', query, count: bad });
  }
  return { times, values, stepMs: stepOf(times, time) };
}

/** A counter as it was scraped, or what the query made of it. */
function cpuOf(series: PromSeries, context: ReadContext): Found[] {
  const { metric, expression, labels, field, query } = series;
  const { times, values, stepMs } = samplesOf(series, context);
  const scale = NANOSECONDS.test(metric) && !/\b1e\+?9\b|\b10{9}\b/.test(expression ?? '') ? 1e-9 : 1;
  const kind = series.role === 'vcpu' && 'vcpu' in labels ? 'vcpu-cores' : 'cores';
  const scaled = (by: number) => values.map((value) => value && value * by);
  if (expression === null) {
    return [{ kind, ...coresOf({ times, values: scaled(scale) }, stepMs), stepMs }];
  }
  if (!/\bi?rate\s*\(|\bderiv\s*\(/.test(expression)) {
    context.problems.add({ kind: 'unmapped', query, of: [expression] });
    return [];
  }
  const name = field.config?.displayNameFromDS ?? metric;
  const unit = field.config?.unit;
  const percent = unit === 'percent' || (unit !== 'percentunit' && /\*\s*100\b|\b100\s*\*/.test(expression));
  const perVcpu = unit?.startsWith('percent') || /virtual_cpus|vcpu_current|vcpu_maximum|\bavg\b/.test(expression);
  return perVcpu
    ? [{ kind: 'percent', name, times, values: scaled(percent ? scale : 100 * scale), stepMs }]
    : [{ kind, times, values: scaled(percent ? scale / 100 : scale), stepMs }];
}

/** A host that has the VM's process is believed before one that has not, and a state with its reason before one without. */
const ACTIVE_RANK = 2;
const REASON_RANK = 1;

function runsOf(series: PromSeries, context: ReadContext): Run[] {
  const { labels, role } = series;
  const host = labels['instance'] ?? '';
  const { times, values, stepMs } = samplesOf(series, context);
  const ofLabel = domainStateNamed((labels['state'] ?? '').toLowerCase());
  if (role !== 'state-code' && ofLabel) {
    // Of a state set, 1 is the state it is in; of the reason's series each sample is one.
    const raw = { state: ofLabel, reason: labels['reason'] ?? '' };
    const told = { drawn: reductionOf(raw), raw: rawOf(raw), host, rank: rankOf(ofLabel, raw.reason) };
    const said = values.map((value) => (value !== null && value > 0 ? 1 : null));
    return stretches({ times, values: said }, stepMs).map(({ from, to }) => ({ from, to, ...told }));
  }
  return stretches({ times, values }, stepMs).map(({ from, to, value }) => {
    const state = domainState(value);
    return state
      ? { from, to, drawn: reductionOf({ state, reason: '' }), raw: state, host, rank: rankOf(state, '') }
      : { from, to, drawn: 'unknown', raw: String(value), host, rank: 0 };
  });
}

function rankOf(state: Parameters<typeof isActive>[0], reason: string): number {
  return (isActive(state) ? ACTIVE_RANK : 0) + (reason && reason !== 'unknown' ? REASON_RANK : 0);
}

const NOT_OF_THE_ALERT = ['__name__', 'alertname', 'alertstate'];

/** Each stretch in which an alert fired; the one that still does is not cleared. */
function alarmsOf(series: PromSeries, context: ReadContext): AlarmMark[] {
  const { labels, role } = series;
  if (labels['alertstate'] === 'pending' || (role === 'alerts-for-state' && context.alertsFire)) {
    return [];
  }
  const { times, values, stepMs } = samplesOf(series, context);
  const name = labels['alertname'] || '?';
  const told = Object.entries(labels).filter(([label]) => !NOT_OF_THE_ALERT.includes(label));
  const key = `${name}{${told.map(([label, value]) => `${label}="${value}"`).join(', ')}}`;
  const begins = role === 'alerts-for-state' ? values : values.map((value) => (value !== null && value > 0 ? 1 : null));
  return stretches({ times, values: begins }, stepMs).map(({ from, to, last, value }) => {
    // ALERTS_FOR_STATE says since when, in seconds; that may be before the range.
    const begun = role === 'alerts-for-state' && value * 1000 <= from ? value * 1000 : from;
    return {
      id: `${key}@${begun}`,
      from: begun,
      to: last + stepMs >= context.until ? null : to,
      name,
      category: labels['category'] ?? '',
      level: levelOfWord(labels['severity'] ?? ''),
      cause: labels['summary'] ?? '',
      occurrences: 1,
      operator: '',
      suppressed: '',
      told,
    };
  });
}
