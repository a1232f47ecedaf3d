import { timelineFromFrames } from '../timeline/frames.ts';
import type { CpuSamples, Problem, Series, Timeline } from '../timeline/model.ts';
import { brokenBySilence } from './columns.ts';
import { FOUND_BY, type Finding } from './finding.ts';
import type { VmFindings } from './group.ts';
import type { Problems } from './problem.ts';
import { joinedSamples, percentOfVcpus, summedSamples } from './rates.ts';
import { intervalsFrom } from './runs.ts';

interface Samples {
  times: number[];
  values: (number | null)[];
}

interface CpuLine extends Samples {
  name: string;
}

type Of<Kind extends Finding['kind']> = Extract<Finding, { kind: Kind }>;

/**
 * The timeline of one VM from all that was found about it. Of two that know its CPU, the first in {@link FOUND_BY} is shown and
 * the other is one of the other series; of two that know its state, the first. Operations and alarms are all shown.
 *
 * @param now the reader's clock, ms: taken where no frame of ours tells the OMS's
 */
export function assemble({ vm, findings }: VmFindings, now: number, problems: Problems): Timeline {
  const frames = all(findings, 'frame').map(({ frame }) => frame);
  const ours = timelineFromFrames(frames);
  const clock = Number.isFinite(ours.now) ? ours.now : now;
  const others: Series[] = [...ours.others, ...all(findings, 'series').map(({ series }) => series)];

  const lines = FOUND_BY.flatMap((by) =>
    by === 'ours'
      ? []
      : cpuLines(
          findings.filter((finding) => finding.by === by),
          problems,
        ).map((line) => ({ by, line })),
  );
  const explicit = lines.find(({ by }) => by === 'mapping');
  const hasOurs = ours.cpu.times.length > 0;
  const shown = explicit ?? (hasOurs ? undefined : lines[0]);
  for (const other of lines) {
    if (other !== shown) {
      others.push({ ...other.line, unit: 'percent' });
    }
  }
  if (shown && hasOurs) {
    others.push({ name: 'CPU', unit: 'percent', times: ours.cpu.times, values: ours.cpu.values });
  }

  const runs = (by: Finding['by']) => all(findings, 'runs').flatMap((found) => (found.by === by ? found.runs : []));
  const said = intervalsFrom(runs('mapping'), clock);
  const states =
    said.length > 0 ? said : ours.states.length > 0 ? ours.states : intervalsFrom(runs('prometheus'), clock);

  const timeline: Timeline = {
    ...ours,
    vm: { uuid: vm.uuid, name: vm.name },
    now: clock,
    cpu: shown ? until(shown.line, clock) : ours.cpu,
    states,
    operations: byTime([...ours.operations, ...all(findings, 'operations').flatMap(({ marks }) => marks)]),
    alarms: byTime([...ours.alarms, ...all(findings, 'alarms').flatMap(({ marks }) => marks)]),
    others,
  };
  timeline.heard = heardUntil(timeline, ours.heard);
  timeline.problems = ours.problems.filter((problem) => frames.length > 0 && !isFilled(problem, timeline));
  return timeline;
}

function all<Kind extends Finding['kind']>(findings: readonly Finding[], kind: Kind): Of<Kind>[] {
  return findings.filter((finding): finding is Of<Kind> => finding.kind === kind);
}

/** A frame of ours that is missing is no loss where another query has what it would hold. */
function isFilled(problem: Problem, timeline: Timeline): boolean {
  if (problem.kind !== 'missing-frame') {
    return false;
  }
  const { cpu, states, operations, alarms } = timeline;
  const has: Partial<Record<typeof problem.frame, number>> = {
    cpu: cpu.times.length,
    state: states.length,
    operations: operations.length,
    alarms: alarms.length,
  };
  return (has[problem.frame] ?? 0) > 0;
}

/** Each query's CPU as one line; where counters tell it, of the first query that does. */
function cpuLines(findings: readonly Finding[], problems: Problems): CpuLine[] {
  const byQuery = new Map<string, Of<'percent'>[]>();
  for (const found of all(findings, 'percent')) {
    byQuery.set(found.query, [...(byQuery.get(found.query) ?? []), found]);
  }
  const percent = [...byQuery.values()].flatMap((found) => {
    const [first] = found;
    return first ? [{ name: first.name, ...whole(joinedSamples(found), first.stepMs) }] : [];
  });
  const counted = fromCores(findings, problems);
  return counted ? [...percent, counted] : percent;
}

function fromCores(findings: readonly Finding[], problems: Problems): CpuLine | null {
  const vcpus = all(findings, 'vcpus')[0];
  const ofVm = all(findings, 'cores');
  const ofVcpus = all(findings, 'vcpu-cores');
  const [first] = ofVm.length > 0 ? ofVm : ofVcpus;
  if (!first) {
    return null;
  }
  const cores = ofVm.length > 0 ? joinedSamples(ofVm) : summedSamples(ofVcpus);
  const count = vcpus && vcpus.times.length > 0 ? vcpus : ofVcpus.length;
  if (count === 0) {
    problems.add({ kind: 'no-vcpus', query: first.query });
  }
  return { name: 'CPU', ...whole(percentOfVcpus(cores, count || 1), first.stepMs) };
}

function whole(samples: Samples, stepMs: number): Samples {
  return brokenBySilence(samples, stepMs);
}

function until({ times, values }: Samples, now: number): CpuSamples {
  const after = times.findIndex((time) => time > now);
  const seen = after < 0 ? { times, values } : { times: times.slice(0, after), values: values.slice(0, after) };
  // Nobody summed these up: each sample is its own lowest and highest.
  return { ...seen, lows: seen.values, highs: seen.values };
}

/** The latest moment any sample vouches for: nothing is drawn past it. */
function heardUntil({ cpu, states, now }: Timeline, ours: number | null): number | null {
  const heard = Math.max(ours ?? -Infinity, cpu.times.at(-1) ?? -Infinity, states.at(-1)?.to ?? -Infinity);
  return heard === -Infinity ? null : Math.min(heard, now);
}

/** Ordered by begin; of marks with one id the last one stands. */
function byTime<Mark extends { id: string; from: number }>(marks: Mark[]): Mark[] {
  const byId = new Map(marks.map((mark) => [mark.id, mark]));
  return [...byId.values()].sort((a, b) => a.from - b.from);
}
