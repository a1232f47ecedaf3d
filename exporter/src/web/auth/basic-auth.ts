import { createHmac, randomBytes } from 'node:crypto';
import { RequestError } from '../errors.ts';
import { hashOfNobody } from './bcrypt-hash.ts';
import { TooManyChecksError } from './bcrypt-worker.ts';

/** Passwords that were right and are remembered, so that a scrape costs no bcrypt. */
const MAX_REMEMBERED = 100;
/** Longer credentials than any sensible ones are not even looked at. */
const MAX_HEADER_CHARACTERS = 1024;

export type Compare = (password: string, hash: string) => Promise<boolean>;

interface Credentials {
  user: string;
  password: string;
}

/** RFC 7617: base64 of `user:password` in UTF-8. Null for what is none. */
function credentialsOf(authorization: string | undefined): Credentials | null {
  if (authorization === undefined || authorization.length > MAX_HEADER_CHARACTERS) return null;
  const [, encoded] = /^basic +([A-Za-z0-9+/=]+) *$/i.exec(authorization) ?? [];
  const text = Buffer.from(encoded ?? '', 'base64').toString();
  const colon = text.indexOf(':');
  return colon < 0 ? null : { user: text.slice(0, colon), password: text.slice(colon + 1) };
}

/**
 * Lets in who knows the password of a user. Who is no user waits as long as one with a wrong password, and the answer is
 * the same; only what was right is remembered, and only as a keyed digest.
 */
export class BasicAuth {
  readonly #compare: Compare;
  readonly #secret = randomBytes(32);
  readonly #right = new Set<string>();
  /** Several scrapes may begin at once: each password is checked once. */
  readonly #running = new Map<string, Promise<boolean>>();

  constructor(compare: Compare) {
    this.#compare = compare;
  }

  /** @throws RequestError 401, or 503 while too many passwords wait to be checked */
  async admit(users: ReadonlyMap<string, string>, authorization: string | undefined): Promise<void> {
    const credentials = credentialsOf(authorization);
    if (credentials !== null && (await this.#isRight(users, credentials))) return;
    throw new RequestError(
      'unauthorized',
      { detail: 'user and password are asked for, or were wrong' },
      { 'www-authenticate': 'Basic realm="faultline-exporter", charset="UTF-8"' },
    );
  }

  async #isRight(users: ReadonlyMap<string, string>, { user, password }: Credentials): Promise<boolean> {
    const known = users.get(user);
    const hash = known ?? hashOfNobody(users.values());
    const digest = createHmac('sha256', this.#secret)
      .update(JSON.stringify([user, hash, password]))
      .digest('base64');
    if (this.#right.has(digest)) return true;
    let check = this.#running.get(digest);
    if (check === undefined) {
      check = this.#compare(password, hash).finally(() => this.#running.delete(digest));
      this.#running.set(digest, check);
    }
    const isRight = (await this.#outcome(check)) && known !== undefined;
    if (isRight) this.#remember(digest);
    return isRight;
  }

  async #outcome(check: Promise<boolean>): Promise<boolean> {
    try {
      return await check;
    } catch (error) {
      if (!(error instanceof TooManyChecksError)) throw error;
      throw new RequestError(error.code, { detail: error.message }, { 'retry-after': '5' });
    }
  }

  #remember(digest: string): void {
    const [oldest] = this.#right;
    if (this.#right.size >= MAX_REMEMBERED && oldest !== undefined) this.#right.delete(oldest);
    this.#right.add(digest);
  }
}
