import type { PlainField, PlainFrame } from '../timeline/frames.ts';
import { kindOf } from '../timeline/frames.ts';
import { isNumber, isText, isTime, timeField } from './columns.ts';
import { stateOfWord } from './libvirt.ts';
import { isAbout, namesOf, type MappedAs, type MappingRow } from './mapping.ts';

/** Values looked at to tell what a column of words holds. */
const LOOKED_AT = 50;

/**
 * Rows for the queries that nobody understands, one each, by what their fields look like; for the reader to take and change.
 *
 * @param unmapped refIds of the queries that problems are told of
 */
export function suggestedRows(
  frames: readonly PlainFrame[],
  mapping: readonly MappingRow[],
  unmapped: ReadonlySet<string>,
): MappingRow[] {
  const rows = new Map<string, MappingRow>();
  for (const frame of frames) {
    const { refId } = frame;
    const strange = refId && unmapped.has(refId) && !kindOf(frame) && !mapping.some((row) => isAbout(row, frame));
    const as = strange && !rows.has(refId) && timeField(frame) ? looksLike(frame) : null;
    if (strange && as) {
      rows.set(refId, { refId, as });
    }
  }
  return [...rows.values()];
}

function looksLike(frame: PlainFrame): MappedAs | null {
  const numbers = frame.fields.filter((field) => isNumber(field) && !isTime(field));
  const words = frame.fields.filter(isText);
  const named = (fields: readonly PlainField[], what: RegExp) =>
    fields.some((field) => namesOf(field).some((name) => what.test(name)));
  if (words.some(saysStates)) {
    return 'state';
  }
  if (words.length > 0) {
    return named(frame.fields, /level|severity|alert|alarm/i) ? 'alarms' : 'operations';
  }
  return numbers.length === 0 ? null : named(numbers, /cpu/i) ? 'cpu' : 'second';
}

function saysStates(field: PlainField): boolean {
  let states = 0;
  let words = 0;
  for (let i = 0; i < field.values.length && words < LOOKED_AT; i++) {
    const value = field.values[i];
    if (typeof value === 'string' && value !== '') {
      words++;
      states += stateOfWord(value) === 'unknown' ? 0 : 1;
    }
  }
  return states > words / 2;
}
