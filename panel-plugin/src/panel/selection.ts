/** What the reader opened: one record, or a crowd of labels, from which one may be opened in turn. */
export type Lane = 'operations' | 'alarms';

export interface Selection {
  lane: Lane;
  /** Of the records in the list; one where a label of its own was opened. */
  ids: string[];
  /** The record that is shown; null while the list is. */
  open: string | null;
}

/** The records the drawer shows: the open one, or those of the list. */
export function shownIds({ ids, open }: Selection): string[] {
  return open === null ? ids : [open];
}
