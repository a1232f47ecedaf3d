import { Problem } from '@faultline/contracts';
import { Type, type Static } from 'typebox';
import { Value } from 'typebox/value';
import type { Connection } from './config.ts';

/** A newer OMS may know more codes than we do. */
const AnyProblem = Type.Object({ ...Problem.properties, code: Type.String() });
type AnyProblem = Static<typeof AnyProblem>;

const ANSWER_WITHIN_MS = 30_000;

/** Thrown when the OMS answered no; `problem.code` says which no. */
export class RefusedError extends Error {
  override readonly name = 'RefusedError';
  readonly problem: AnyProblem;
  constructor(problem: AnyProblem) {
    super(`${problem.detail} (${problem.code})`);
    this.problem = problem;
  }
}

/** Thrown when there was no answer of an OMS: none listens there, it did not answer in time, or something else listens. */
export class UnreachableError extends Error {
  override readonly name = 'UnreachableError';
}

/** Asks one OMS over its API (`/api/v1`). */
export class OmsClient {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** @throws RefusedError, UnreachableError */
  async get<T>(path: string, query: Record<string, string | number | boolean | undefined> = {}): Promise<T> {
    const search = new URLSearchParams();
    for (const [name, value] of Object.entries(query)) if (value !== undefined) search.set(name, String(value));
    return (await this.#ask(search.size === 0 ? path : `${path}?${search.toString()}`, { method: 'GET' })) as T;
  }

  /** @throws RefusedError, UnreachableError */
  async post<T>(path: string, body: unknown): Promise<T> {
    const headers = { 'content-type': 'application/json' };
    return (await this.#ask(path, { method: 'POST', headers, body: JSON.stringify(body) })) as T;
  }

  async #ask(
    path: string,
    init: { method: string; headers?: Record<string, string>; body?: string },
  ): Promise<unknown> {
    const { server, token } = this.#connection;
    const signal = AbortSignal.timeout(ANSWER_WITHIN_MS);
    const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` };
    const headers = { ...init.headers, ...authorization, accept: 'application/json' };
    let response: Response;
    let text: string;
    try {
      // A redirect could carry the token to another server.
      response = await fetch(`${server}/api/v1${path}`, { ...init, headers, signal, redirect: 'error' });
      text = await response.text();
    } catch (error) {
      throw new UnreachableError(`${server} cannot be reached: ${reasonOf(error)}`, { cause: error });
    }
    const answer = parsed(text);
    if (response.ok && answer !== undefined) return answer;
    if (Value.Check(AnyProblem, answer)) throw new RefusedError(answer);
    throw new UnreachableError(`${server} answered ${response.status}, but not as an OMS does`);
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Then it is no answer of an OMS, which the caller says with the status.
    return undefined;
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error && error.cause.message !== '' ? error.cause.message : error.message;
}
