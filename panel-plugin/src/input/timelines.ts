import type { PlainFrame } from '../timeline/frames.ts';
import type { Timeline } from '../timeline/model.ts';
import { assemble } from './assemble.ts';
import type { Finding, ReadContext } from './finding.ts';
import { groupByVm } from './group.ts';
import { isAbout, isFilledIn, queryOf, type MappingRow } from './mapping.ts';
import { Problems, type InputProblem } from './problem.ts';
import { recognisers } from './recognisers/index.ts';
import { holdsAlerts } from './recognisers/prometheus.ts';
import { timeField } from './columns.ts';

interface Clock {
  /** The reader's, ms; of frames of ours the OMS's own is taken. */
  now: number;
  /** Where the range asked for ends, ms. */
  rangeEnd: number;
}

interface Timelines {
  /** One a VM, in the order in which they are first met. */
  timelines: Timeline[];
  /** What was wrong with whole queries; what is wrong within one VM's frames is in its timeline. */
  problems: InputProblem[];
}

/**
 * Reads the timelines of all VMs from whatever frames a panel was given: those of our data source, those that `mapping` says, and those
 * of the libvirt exporters from Prometheus. It never throws; what it cannot use it names, with the query that lacks it. Costs one
 * pass over the values, and a sort where they are out of order.
 */
export function timelinesFromFrames(
  frames: readonly PlainFrame[],
  mapping: readonly MappingRow[],
  clock: Clock,
): Timelines {
  const problems = new Problems();
  const context: ReadContext = {
    mapping,
    problems,
    until: Math.min(clock.now, clock.rangeEnd),
    alertsFire: frames.some(holdsAlerts),
  };
  const findings: Finding[] = [];
  for (const frame of frames) {
    for (const finding of findingsOf(frame, context)) {
      findings.push(finding);
    }
  }
  tellUnusedRows(frames, mapping, problems);
  const timelines = groupByVm(findings, problems).map((group) => assemble(group, clock.now, problems));
  const told = problems.list();
  // A query without an answer is nothing to speak of where others have one: no alert fires, say.
  return { timelines, problems: timelines.length > 0 ? told.filter(({ kind }) => kind !== 'empty-query') : told };
}

function findingsOf(frame: PlainFrame, context: ReadContext): Finding[] {
  for (const recogniser of recognisers) {
    const found = recogniser.read(frame, context);
    if (found) {
      return found;
    }
  }
  tellStranger(frame, context);
  return [];
}

/** What a frame that nobody understands lacks. */
function tellStranger(frame: PlainFrame, { problems }: ReadContext): void {
  const query = queryOf(frame);
  const of = frame.fields.map((field) => field.name);
  if (of.length === 0 || frame.fields.every((field) => field.values.length === 0)) {
    problems.add({ kind: 'empty-query', query });
  } else if (frame.meta?.custom?.['resultType'] === 'vector') {
    problems.add({ kind: 'one-moment', query });
  } else if (!timeField(frame)) {
    problems.add({ kind: 'no-time', query, fields: of });
  } else {
    problems.add({ kind: 'unmapped', query, of: frame.name ? [frame.name, ...of] : of });
  }
}

/** A row that nothing answers to is told only where there are answers: an empty panel has other things to say. */
function tellUnusedRows(frames: readonly PlainFrame[], mapping: readonly MappingRow[], problems: Problems): void {
  for (const row of mapping) {
    if (frames.length > 0 && isFilledIn(row) && !frames.some((frame) => isAbout(row, frame))) {
      problems.add({
        kind: 'unused-row',
        query: row.refId ?? '',
        field: row.field ?? '',
        as: row.as,
        queries: [...new Set(frames.map(queryOf))],
      });
    }
  }
}
