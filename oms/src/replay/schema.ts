import { Name, Timestamp, VmRef } from '@faultline/contracts';
import { Type, type Static } from 'typebox';

/** `scenario.json` of a recorded incident: what was recorded, and of which VM the story is. */
export const Scenario = Type.Object({
  name: Type.String({ pattern: '^[a-z0-9-]{1,64}$' }),
  title: Name,
  recorded: Type.Union([Timestamp, Type.String({ minLength: 1, maxLength: 64 })]),
  from: Timestamp,
  to: Timestamp,
  host: Name,
  vm: VmRef,
});
export type Scenario = Static<typeof Scenario>;

/** A line of `scrapes.jsonl`: an exporter's answer as it was scraped. */
export const RecordedScrape = Type.Object({ at: Timestamp, text: Type.String() });
export type RecordedScrape = Static<typeof RecordedScrape>;

/** Thrown for a recording that cannot be played; the message names the file, the line and what is wrong. */
export class RecordingInvalidError extends Error {
  override readonly name = 'RecordingInvalidError';
  readonly code = 'recording-invalid';
  constructor(file: string, line: number | null, why: string) {
    super(`${file}${line === null ? '' : `, line ${line}`}: ${why}`);
  }
}
