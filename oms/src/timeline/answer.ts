import type { Query, QueryAnswer } from '@faultline/contracts';
import type { QueryContext } from './query.ts';
import { queries } from './queries/index.ts';

/** What a query is answered with: a {@link QueryAnswer} as JSON text. @throws ApiError when the query asks for what there is not */
export async function answerText(context: QueryContext, query: Query): Promise<string> {
  const kind = queries.find(({ type }) => type === query.type);
  if (kind === undefined) throw new TypeError(`no query of the type ${query.type} is listed`);
  return JSON.stringify({ frames: await kind.answer(context, query) } satisfies QueryAnswer);
}
