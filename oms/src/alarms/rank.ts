import { ALARM_LEVELS } from '@faultline/contracts';
import { sql } from 'kysely';

/** An alarm's level as its place in {@link ALARM_LEVELS}: 0 is the worst. */
export const RANK = sql<number>`case level ${sql.join(
  ALARM_LEVELS.map((level, index) => sql`when ${sql.lit(level)} then ${sql.lit(index)}`),
  sql` `,
)} end`;
