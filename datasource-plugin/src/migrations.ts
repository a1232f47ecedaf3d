import { FaultlineError } from './errors.ts';
import type { FaultlineQuery } from './types.ts';

/** A query as a dashboard, an alert or a link may hold it: of any version, or written by hand. */
type SavedQuery = Record<string, unknown>;

/**
 * What each form of saved queries becomes in the next one; the first entry is of form 1. To change the form of saved queries, add an
 * entry: what was saved is brought up to date when it is read, and saved anew when somebody edits it.
 */
const STEPS: ReadonlyArray<(query: SavedQuery) => SavedQuery> = [
  // 1: the only type was the timeline, and nobody had to write it down.
  ({ type = 'timeline', ...query }) => ({ ...query, type }),
];

/** The form in which queries are saved now. */
export const SCHEMA_VERSION = STEPS.length + 1;

/** A saved query in today's form. Throws {@link FaultlineError} `query-newer` for one that a newer version of this plugin saved. */
export function upToDate(saved: FaultlineQuery): FaultlineQuery {
  const query = saved as unknown as SavedQuery;
  const version = typeof query['schemaVersion'] === 'number' ? query['schemaVersion'] : 1;
  if (version > SCHEMA_VERSION) {
    throw new FaultlineError({
      code: 'query-newer',
      message: `A newer version of the Faultline data source saved this query (form ${version}, this one reads up to ${SCHEMA_VERSION}): update the plugin.`,
    });
  }
  const steps = STEPS.slice(Math.max(version, 1) - 1);
  const read = steps.reduce((each, step) => step(each), query);
  return { ...read, schemaVersion: SCHEMA_VERSION } as unknown as FaultlineQuery;
}
