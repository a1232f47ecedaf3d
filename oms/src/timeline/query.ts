import type { FrameJson, Query } from '@faultline/contracts';
import type { OmsConfig } from '../config.ts';
import type { OmsDatabase } from '../database/index.ts';

type QueryOf<T extends Query['type']> = Extract<Query, { type: T }>;

/** What queries are answered from: what a thread of its own can have too. */
export interface QueryContext {
  db: OmsDatabase;
  /** The OMS's clock, ms. */
  now: () => number;
  config: Pick<OmsConfig, 'staleAfterMs' | 'transientLimitMs'>;
}

/** One kind of query: what it reads, and the frames that are made of it by a pure function. */
export interface QueryKind<T extends Query['type'], Read> {
  type: T;
  /** @throws ApiError when the query asks for what there is not */
  read: (context: QueryContext, query: QueryOf<T>) => Promise<Read>;
  toFrames: (read: Read) => FrameJson[];
}

/** A query kind that answers whole queries. */
export interface AnswerableQuery {
  type: Query['type'];
  answer: (context: QueryContext, query: Query) => Promise<FrameJson[]>;
}

/** Makes one entry of the list of queries. */
export function defineQuery<T extends Query['type'], Read>(
  kind: QueryKind<T, Read>,
): QueryKind<T, Read> & AnswerableQuery {
  const isOfKind = (query: Query): query is QueryOf<T> => query.type === kind.type;
  return {
    ...kind,
    answer: async (context, query) => {
      if (!isOfKind(query)) throw new TypeError(`${query.type} is not a ${kind.type} query`);
      return kind.toFrames(await kind.read(context, query));
    },
  };
}
