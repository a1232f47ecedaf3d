import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { HostReportBatch, Operation } from '@faultline/contracts';
import type { Static, TSchema } from 'typebox';
import { Value } from 'typebox/value';
import { CYCLE_METRICS, cycleFromSamples, parseMetrics, type Cycle } from '../cycles/index.ts';
import { messageOf } from '../errors.ts';
import { checkTimes, timeOf } from '../reports/index.ts';
import { describeInvalid } from '../validation.ts';
import { RecordedScrape, RecordingInvalidError, Scenario } from './schema.ts';

/** One thing that was recorded, and when it reached the OMS. */
export type Step = { at: number } & (
  | { kind: 'cycle'; cycle: Cycle }
  | { kind: 'reports'; batch: HostReportBatch }
  | { kind: 'operation'; operation: Operation }
);

export interface Recording {
  scenario: Scenario;
  /** Everything that was recorded, in order of time. */
  steps: Step[];
  /** Tells this recording from any other version of it. */
  digest: string;
}

const FILE_LIMIT_BYTES = 512 * 1024 * 1024;

/**
 * Reads a scenario folder: `scenario.json`, `scrapes.jsonl`, and where there are some `reports.jsonl` and
 * `operations.jsonl`.
 *
 * @throws RecordingInvalidError naming the file and the line
 */
export function readRecording(folder: string): Recording {
  const digest = createHash('sha256');
  const text = (name: string, optional = false): string => {
    const content = readText(join(folder, name), optional);
    digest.update(`${name}:${content.length}:`).update(content);
    return content;
  };
  const scenarioFile = join(folder, 'scenario.json');
  const scenario = parseJson(Scenario, text('scenario.json'), { file: scenarioFile, line: null });
  if (scenario.to <= scenario.from) throw new RecordingInvalidError(scenarioFile, null, '/to is not after /from');
  const linesOf = <T extends TSchema>(name: string, schema: T, optional?: boolean) =>
    parseLines(schema, text(name, optional), join(folder, name));
  const steps: Step[] = [
    ...linesOf('scrapes.jsonl', RecordedScrape).map(({ value, ...at }) => scrapeStep(value, at)),
    ...linesOf('reports.jsonl', HostReportBatch, true).map(({ value, ...at }) => reportsStep(value, scenario, at)),
    ...linesOf('operations.jsonl', Operation, true).map(({ value }): Step => {
      return { at: value.ended ?? value.started, kind: 'operation', operation: value };
    }),
  ];
  return { scenario, steps: steps.sort((a, b) => a.at - b.at), digest: digest.digest('hex') };
}

interface Place {
  file: string;
  line: number | null;
}

function scrapeStep({ at, text }: RecordedScrape, { file, line }: Place): Step {
  try {
    return { at, kind: 'cycle', cycle: cycleFromSamples(parseMetrics(text, CYCLE_METRICS)) };
  } catch (error) {
    throw new RecordingInvalidError(file, line, messageOf(error));
  }
}

function reportsStep(batch: HostReportBatch, scenario: Scenario, { file, line }: Place): Step {
  try {
    checkTimes(batch.reports, scenario.to);
  } catch (error) {
    throw new RecordingInvalidError(file, line, messageOf(error));
  }
  return { at: Math.max(...batch.reports.map(timeOf)), kind: 'reports', batch };
}

function readText(file: string, optional: boolean): string {
  try {
    const content = readFileSync(file);
    if (content.byteLength > FILE_LIMIT_BYTES) throw new Error(`is longer than ${FILE_LIMIT_BYTES} bytes`);
    return new TextDecoder('utf-8', { fatal: true }).decode(content);
  } catch (error) {
    if (optional && error instanceof Error && 'code' in error && error.code === 'ENOENT') return '';
    throw new RecordingInvalidError(file, null, messageOf(error));
  }
}

function parseLines<T extends TSchema>(schema: T, text: string, file: string): (Place & { value: Static<T> })[] {
  return text.split('\n').flatMap((line, index) => {
    if (line.trim() === '') return [];
    const place = { file, line: index + 1 };
    return [{ ...place, value: parseJson(schema, line, place) }];
  });
}

function parseJson<T extends TSchema>(schema: T, text: string, { file, line }: Place): Static<T> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new RecordingInvalidError(file, line, `not JSON: ${messageOf(error)}`);
  }
  if (Value.Check(schema, value)) return value;
  throw new RecordingInvalidError(file, line, describeInvalid(Value.Errors(schema, value)).detail);
}
