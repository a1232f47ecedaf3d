/** SQLite takes 32 766 parameters in a statement, PostgreSQL 65 535. */
const MAX_PARAMETERS = 30_000;

/**
 * Runs a statement over many rows, in as few parts as a statement's parameters allow.
 *
 * @param parametersPerRow how many parameters one row takes
 * @returns what the parts answered, in order
 */
export async function inParts<Row, Answer>(
  rows: readonly Row[],
  parametersPerRow: number,
  run: (part: Row[]) => Promise<Answer[]>,
): Promise<Answer[]> {
  const size = Math.floor(MAX_PARAMETERS / parametersPerRow);
  const answers: Answer[] = [];
  for (let from = 0; from < rows.length; from += size) answers.push(...(await run(rows.slice(from, from + size))));
  return answers;
}
