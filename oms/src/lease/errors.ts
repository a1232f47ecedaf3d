import { ApiError } from '../errors.ts';

/**
 * Thrown to whoever would act or write under a lease that is not held any more. Nothing was done and nothing was written; another replica
 * may be acting by now.
 */
export class LeaseLostError extends ApiError {
  override readonly name = 'LeaseLostError';
  constructor(name: string, term: number) {
    super({
      code: 'no-performer',
      detail: `the lease '${name}' of term ${term} is not held any more; ask again with the same id`,
    });
  }
}

/**
 * Thrown when nobody is there to perform what is asked: no replica holds the lease at this moment, or the one that does could not be
 * asked, or did not answer in time. In the last case it may have taken the request: an id is executed once, so that it may be
 * sent again.
 */
export class NoPerformerError extends ApiError {
  override readonly name = 'NoPerformerError';
  constructor(detail: string) {
    super({ code: 'no-performer', detail: `${detail}; ask again with the same id` });
  }
}
