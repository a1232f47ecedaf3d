import { Type, type Static } from 'typebox';

/** A moment: milliseconds since the Unix epoch, UTC. Every time in every record is one of these. */
export const Timestamp = Type.Integer({
  minimum: 0,
  maximum: 8_640_000_000_000_000,
  description: 'ms since the Unix epoch, UTC',
});
export type Timestamp = Static<typeof Timestamp>;

export const MAX_RECORD_ID_LENGTH = 128;

/** An id chosen by the sender of a record: sending the record again under the same id stores it once (decision 10). */
export const RecordId = Type.String({ minLength: 1, maxLength: MAX_RECORD_ID_LENGTH, pattern: '^[A-Za-z0-9._:@/-]+$' });
export type RecordId = Static<typeof RecordId>;

/** A domain's UUID in the lower-case 8-4-4-4-12 form, which survives renames and migration. */
export const VmUuid = Type.String({ pattern: '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$' });
export type VmUuid = Static<typeof VmUuid>;

/** How many there are of something: as many as both engines count in an `integer`. */
export const Count = ({ minimum = 0, description }: { minimum?: number; description?: string } = {}) =>
  Type.Integer({ minimum, maximum: 2_147_483_647, ...(description === undefined ? {} : { description }) });

// No text holds control characters, of which PostgreSQL cannot store NUL and a terminal obeys others, nor half a surrogate pair,
// which UTF-8 cannot say. Free text may have its lines and columns.
const LINE = '^[^\\u0000-\\u001f\\u007f-\\u009f\\ud800-\\udfff]*$';
const LINES = '^[^\\u0000-\\u0008\\u000b\\u000c\\u000e-\\u001f\\u007f-\\u009f\\ud800-\\udfff]*$';

/** Text in one line, of at most so many characters. */
export const Line = (maxLength: number, { minLength = 0 } = {}) => Type.String({ minLength, maxLength, pattern: LINE });

/** Text that may have several lines, of at most so many characters. */
export const Lines = (maxLength: number, { minLength = 0 } = {}) =>
  Type.String({ minLength, maxLength, pattern: LINES });

/** A short name that people gave something: a domain, a host, a user. */
export const Name = Line(255, { minLength: 1 });

/** Free text from another system, bounded. */
export const Text = Lines(4096);
