import type { Caller, UserRole } from '@faultline/contracts';
import type { Selectable } from 'kysely';
import { recordAudit } from '../audit/index.ts';
import type { OmsDatabase } from '../database/index.ts';
import { TokenError } from './errors.ts';
import { fits, hashOf, newToken, partsOf } from './secret.ts';
import type { TokenTables } from './tables.ts';

/** The time of use is written down no oftener than this: a write for every request would cost more than the request. */
const USE_INTERVAL_MS = 300_000;

/** What may be told of a token. */
export type Token = Omit<Selectable<TokenTables['tokens']>, 'hash'>;

export interface NewToken {
  name: string;
  role: UserRole;
  /** For how long it is good; undefined: until it is revoked. */
  expiresAfterMs: number | undefined;
  /** Revokes one of the same name in the same moment. */
  replace: boolean;
}

/** Makes a token. @returns its text, which cannot be had again. @throws TokenError `token-exists` */
export async function createToken(
  db: OmsDatabase,
  { name, role, expiresAfterMs, replace }: NewToken,
  { caller, now }: { caller: Caller; now: number },
): Promise<{ text: string; expires: number | null }> {
  const { id, secret, text } = newToken();
  const expires = expiresAfterMs === undefined ? null : now + expiresAfterMs;
  await db.transaction().execute(async (trx) => {
    if (replace) await trx.deleteFrom('tokens').where('name', '=', name).execute();
    const { numInsertedOrUpdatedRows } = await trx
      .insertInto('tokens')
      .values({ id, name, role, hash: hashOf(secret), created: now, expires, last_used: null })
      .onConflict((conflict) => conflict.column('name').doNothing())
      .executeTakeFirstOrThrow();
    if (numInsertedOrUpdatedRows !== 1n) {
      throw new TokenError('token-exists', `there is a token with the name ${name}; --replace revokes it`);
    }
    const details = { id, role, expires, replace };
    await recordAudit(trx, {
      at: now,
      caller,
      what: 'token.create',
      target: `token/${name}`,
      outcome: 'done',
      details,
    });
  });
  return { text, expires };
}

/** From now on nobody gets in with it. @throws TokenError `token-unknown` */
export async function revokeToken(
  db: OmsDatabase,
  name: string,
  { caller, now }: { caller: Caller; now: number },
): Promise<void> {
  await db.transaction().execute(async (trx) => {
    const { numDeletedRows } = await trx.deleteFrom('tokens').where('name', '=', name).executeTakeFirstOrThrow();
    if (numDeletedRows === 0n) throw new TokenError('token-unknown', `there is no token with the name ${name}`);
    await recordAudit(trx, { at: now, caller, what: 'token.revoke', target: `token/${name}`, outcome: 'done' });
  });
}

/** Every token that was not revoked, by name, also those that have expired. */
export async function listTokens(db: OmsDatabase): Promise<Token[]> {
  const told = ['id', 'name', 'role', 'created', 'expires', 'last_used'] as const;
  return await db.selectFrom('tokens').select(told).orderBy('name').execute();
}

/** Whose token this text is; null where it is none, was revoked or has expired. */
export async function findToken(db: OmsDatabase, text: string, now: number): Promise<Token | null> {
  const parts = partsOf(text);
  if (parts === null) return null;
  const row = await db.selectFrom('tokens').selectAll().where('id', '=', parts.id).executeTakeFirst();
  if (row === undefined || !fits(parts.secret, row.hash)) return null;
  const { id, name, role, created, expires, last_used } = row;
  return expires !== null && expires <= now ? null : { id, name, role, created, expires, last_used };
}

/** Writes down that a token is in use, now and then. */
export async function noteUse(db: OmsDatabase, { id, last_used }: Token, now: number): Promise<void> {
  if (last_used !== null && now - last_used < USE_INTERVAL_MS) return;
  await db.updateTable('tokens').set({ last_used: now }).where('id', '=', id).execute();
}
