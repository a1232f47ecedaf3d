import { RecordId, Timestamp } from '@faultline/contracts';
import { Type, type Static, type TSchema } from 'typebox';
import { Value } from 'typebox/value';
import { ApiError } from '../errors.ts';

const Position = Type.Tuple([Timestamp, RecordId]);

/** Where a page ends: the time and id of its last row. A list that is ordered by both has every row once, whatever is added. */
export interface Position {
  at: number;
  id: string;
}

/** Thrown when a cursor was not given out by any page. */
class CursorInvalidError extends ApiError {
  override readonly name = 'CursorInvalidError';
  constructor() {
    super({ code: 'cursor-invalid', detail: 'the cursor is not the `next` of any page', field: '/cursor' });
  }
}

export function cursorOf({ at, id }: Position): string {
  const position: Static<typeof Position> = [at, id];
  return writeCursor(position);
}

/** @throws CursorInvalidError */
export function readCursor(cursor: string): Position {
  const [at, id] = readCursorAs(Position, cursor);
  return { at, id };
}

/**
 * A cursor from what a list is ordered by. It says only where to go on, which nobody is kept from: it needs no signature, only a
 * check of its form.
 */
export function writeCursor(position: readonly unknown[]): string {
  return Buffer.from(JSON.stringify(position)).toString('base64url');
}

/** @throws CursorInvalidError when it has another form than the schema */
export function readCursorAs<Schema extends TSchema>(schema: Schema, cursor: string): Static<Schema> {
  const position = parsed(Buffer.from(cursor, 'base64url').toString());
  if (!Value.Check(schema, position)) throw new CursorInvalidError();
  return position;
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch (error) {
    if (error instanceof SyntaxError) throw new CursorInvalidError();
    throw error;
  }
}
