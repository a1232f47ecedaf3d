import { LIST_FRAMES, MAX_LIST_ROWS, type FrameJson, type ListFrameName, type ListMeta } from '@faultline/contracts';
import { frame } from '../frames/index.ts';

/** Rows of a list, and whether there were more than these. */
export interface Listed<Item> {
  items: Item[];
  isCut: boolean;
  /** The OMS's clock, ms. */
  now: number;
}

/**
 * Reads a list of at most `limit` items.
 *
 * @param read gives at most as many items as it is told, the first ones of the list
 */
export async function listed<Item>(
  { limit = MAX_LIST_ROWS, now }: { limit?: number | undefined; now: number },
  read: (most: number) => Promise<Item[]>,
): Promise<Listed<Item>> {
  // One more tells whether there are more.
  const items = await read(limit + 1);
  return { items: items.slice(0, limit), isCut: items.length > limit, now };
}

/** The frame of a list. `which` says of a list that was cut which rows were kept, in words: `newest operations`. */
export function listFrame<Item>(
  name: ListFrameName,
  { items, isCut, now }: Listed<Item>,
  { which, toRow }: { which: string; toRow: (item: Item) => Record<string, unknown> },
): FrameJson {
  const custom: ListMeta = { faultline: name, now, ...(isCut ? { cut: true } : {}) };
  const text = `Only the ${items.length.toLocaleString('en')} ${which} are shown: a filter or a shorter range shows the others.`;
  return frame({
    name,
    fields: LIST_FRAMES[name],
    rows: items.map(toRow),
    custom,
    notices: isCut ? [{ severity: 'info', text }] : [],
  });
}
