import type { MappedAs } from './mapping.ts';

/** What was wrong with a query's frames. `query` is its refId, `?` where a frame has none. */
export type InputProblem =
  | { kind: 'empty-query'; query: string }
  | { kind: 'no-time'; query: string; fields: string[] }
  /** No field of a type that can be `as`. */
  | { kind: 'no-field'; query: string; as: MappedAs; fields: string[] }
  /** A field that the mapping names is not there. */
  | { kind: 'no-such-field'; query: string; field: string; fields: string[] }
  /** A row of the mapping met no frame. */
  | { kind: 'unused-row'; query: string; field: string; as: MappedAs; queries: string[] }
  /** Several VMs are there, and these series do not say whose they are. */
  | { kind: 'no-vm'; query: string; labels: string[] }
  | { kind: 'one-moment'; query: string }
  | { kind: 'table-format'; query: string }
  /** Nobody said what these are. `of` are the names of metrics or fields. */
  | { kind: 'unmapped'; query: string; of: string[] }
  | { kind: 'no-vcpus'; query: string }
  | { kind: 'ratio'; query: string }
  /** Words that name no state. */
  | { kind: 'unknown-states'; query: string; words: string[] }
  | { kind: 'bad-rows'; query: string; count: number };

/** More names than these are not read in a line. */
const NAMES = 5;

/** Gathers problems so that two hundred series with one defect make one line of it. */
export class Problems {
  readonly #byKey = new Map<string, InputProblem>();

  /** Of problems of one kind about one query, names are joined and counts are added. */
  add(problem: InputProblem): void {
    const as = 'as' in problem ? problem.as : '';
    const field = 'field' in problem ? problem.field : '';
    const key = JSON.stringify([problem.kind, problem.query, as, field]);
    const before = this.#byKey.get(key);
    if (!before) {
      this.#byKey.set(key, { ...problem });
    } else if (problem.kind === 'bad-rows' && before.kind === 'bad-rows') {
      before.count += problem.count;
    } else if (problem.kind === 'unmapped' && before.kind === 'unmapped') {
      before.of = joined(before.of, problem.of);
    } else if (problem.kind === 'unknown-states' && before.kind === 'unknown-states') {
      before.words = joined(before.words, problem.words);
    } else if (problem.kind === 'no-vm' && before.kind === 'no-vm') {
      before.labels = joined(before.labels, problem.labels);
    }
  }

  list(): InputProblem[] {
    return [...this.#byKey.values()];
  }
}

function joined(some: string[], more: string[]): string[] {
  return some.length >= NAMES ? some : [...new Set([...some, ...more])].slice(0, NAMES);
}
