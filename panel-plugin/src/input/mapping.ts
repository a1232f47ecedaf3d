import type { PlainField, PlainFrame } from '../timeline/frames.ts';
import type { DrawnState } from '../timeline/model.ts';

/** What a query or a field is shown as; `second` is any series, on an axis of its own. */
export const MAPPED_AS = ['cpu', 'state', 'operations', 'alarms', 'second'] as const;
export type MappedAs = (typeof MAPPED_AS)[number];

/** One row of the mapping, as it is saved in the panel's options. Fields are named as Grafana shows them. */
export interface MappingRow {
  /** Of which query; absent: of all. */
  refId?: string;
  /** Which field of it; absent: every one that can be. For operations and alarms the one that holds the title. */
  field?: string;
  as: MappedAs;
  /** Of `cpu`: 0-100 or 0-1; absent: as the field's own unit says, and 0-100 where it says none. */
  unit?: 'percent' | 'percentunit';
  /** Of `state`, `operations` and `alarms`: the field with the end; absent: `timeEnd` where there is one. */
  timeEnd?: string;
  /** Of `operations` the field with the result, of `alarms` that with the level; absent: found by its name. */
  level?: string;
  /** Of `state`: what a value is drawn as, where its own word does not say. */
  values?: ValueState[];
}

export interface ValueState {
  value: string;
  state: DrawnState;
}

/** The rows of saved options, whatever somebody wrote into their JSON; what is no row is left out. */
export function mappingFrom(saved: unknown): MappingRow[] {
  return Array.isArray(saved)
    ? saved.filter((row): row is MappingRow => {
        return typeof row === 'object' && row !== null && 'as' in row && MAPPED_AS.includes(row.as as MappedAs);
      })
    : [];
}

export function queryOf(frame: PlainFrame): string {
  return frame.refId || '?';
}

/** The names a field may be meant by: its own, and those that Grafana shows. */
export function namesOf(field: PlainField): string[] {
  const { displayName, displayNameFromDS } = field.config ?? {};
  return [field.name, displayName, displayNameFromDS].filter((name): name is string => Boolean(name));
}

export function isNamed(field: PlainField, name: string | undefined): boolean {
  return !name || namesOf(field).includes(name);
}

/** A row that names neither a query nor a field says nothing yet. */
export function isFilledIn({ refId, field }: MappingRow): boolean {
  return Boolean(refId) || Boolean(field);
}

/** Whether the row is about this frame: its query is, and one of its fields where the row names one. */
export function isAbout(row: MappingRow, frame: PlainFrame): boolean {
  return (
    isFilledIn(row) &&
    (!row.refId || row.refId === frame.refId) &&
    (!row.field || frame.fields.some((field) => isNamed(field, row.field)))
  );
}
