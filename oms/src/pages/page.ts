import type { PageQuery } from '@faultline/contracts';
import type { ExpressionBuilder, ExpressionWrapper, ReferenceExpression, SqlBool } from 'kysely';
import { cursorOf, readCursor, type Position } from './cursor.ts';

const DEFAULT_LIMIT = 100;

/** What a store needs to know of the page that is asked for. */
export interface PageRequest {
  /** The position behind which it begins; null for the first page. */
  after: Position | null;
  limit: number;
}

/** @throws CursorInvalidError */
export function pageRequestOf({ cursor, limit = DEFAULT_LIMIT }: PageQuery): PageRequest {
  return { after: cursor === undefined ? null : readCursor(cursor), limit };
}

/**
 * The condition of a list that is ordered by time and id, both descending: what comes behind the position. Rows are compared as
 * pairs, which both engines answer from an index on (time, id).
 */
export function isBehind<DB, TB extends keyof DB>(
  row: ExpressionBuilder<DB, TB>,
  [time, id]: readonly [ReferenceExpression<DB, TB>, ReferenceExpression<DB, TB>],
  after: Position | null,
): ExpressionWrapper<DB, TB, SqlBool> {
  if (after === null) return row.and([]);
  return row(row.refTuple(time, id), '<', row.tuple(after.at, after.id) as never);
}

/** The page of `rows`, of which one more than `limit` was read where there are more. */
export function pageOf<Row>(
  rows: readonly Row[],
  { limit }: Pick<PageRequest, 'limit'>,
  positionOf: (row: Row) => Position,
): { items: Row[]; next: string | null } {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return { items, next: rows.length > limit && last !== undefined ? cursorOf(positionOf(last)) : null };
}
