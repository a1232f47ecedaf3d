import type { MAX_LIST_ROWS } from '@faultline/contracts';
import { incomplete } from './definition.ts';

/** As many rows as the OMS gives of a list, as a type: the bundle holds no schema library. */
export const MOST_ROWS: typeof MAX_LIST_ROWS = 1000;

/** Throws `query-incomplete` for a limit that the OMS would refuse. */
export function limitOf({ limit }: { limit?: number }): { limit?: number } {
  if (limit === undefined) {
    return {};
  }
  if (!Number.isInteger(limit) || limit < 1 || limit > MOST_ROWS) {
    throw incomplete(`A list has between 1 and ${MOST_ROWS} rows, not ${limit}.`);
  }
  return { limit };
}
