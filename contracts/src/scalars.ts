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

/** U+0000 cannot be kept in PostgreSQL's texts, and no name or text of C programs holds it. */
const WITHOUT_NUL = '^[^\\u0000]*$';

/** A short name that people gave something: a domain, a host, a user. */
export const Name = Type.String({ minLength: 1, maxLength: 255, pattern: WITHOUT_NUL });

/** Free text from another system, bounded. */
export const Text = Type.String({ maxLength: 4096, pattern: WITHOUT_NUL });
