import type { LabelLaneName } from '../timeline/picture.ts';

export type Lane = LabelLaneName;

/** What the reader opened: labels, or a stretch of the state bar. */
export type Selection = LabelSelection | StateSelection;

/** One record, or a crowd of labels, from which one may be opened in turn. */
export interface LabelSelection {
  lane: Lane;
  /** Of the records in the list; one where a label of its own was opened. */
  ids: string[];
  /** The record that is shown; null while the list is. */
  open: string | null;
  /** Of the crowd, what was only counted, and when. */
  counted?: { count: number; from: number; to: number };
}

/** The state that held at a moment, ms. */
export interface StateSelection {
  lane: 'state';
  at: number;
}

/** The records the drawer shows: the open one, or those of the list. */
export function shownIds({ ids, open }: LabelSelection): string[] {
  return open === null ? ids : [open];
}

const LANES: readonly Lane[] = ['operations', 'alarms', 'verdicts'];

/** As it stands in an address: `operations.<id>`, `state.<ms>`; null for a crowd, which is a matter of the chart's width. */
export function selectionText(selection: Selection): string | null {
  if (selection.lane === 'state') {
    return `state.${selection.at}`;
  }
  return selection.open === null ? null : `${selection.lane}.${selection.open}`;
}

/** Reads {@link selectionText}; null where it is none. */
export function selectionFrom(text: string): Selection | null {
  const dot = text.indexOf('.');
  const [lane, rest] = [text.slice(0, dot), text.slice(dot + 1)];
  if (dot < 0 || rest === '') {
    return null;
  }
  if (lane === 'state') {
    const at = Number(rest);
    return Number.isSafeInteger(at) && at >= 0 ? { lane, at } : null;
  }
  const found = LANES.find((one) => one === lane);
  return found ? { lane: found, ids: [rest], open: rest } : null;
}
