import { problemOf, type Problem, type ProblemCode, type ProblemFacts } from '@faultline/contracts';

/** A request cannot be answered as it was asked. Its problem says why; it does not mean that the exporter is broken. */
export class RequestError extends Error {
  override readonly name = 'RequestError';
  readonly problem: Problem;
  readonly headers: Readonly<Record<string, string>>;

  constructor(code: ProblemCode, facts: ProblemFacts, headers: Readonly<Record<string, string>> = {}) {
    super(facts.detail);
    this.problem = problemOf(code, facts);
    this.headers = headers;
  }
}
