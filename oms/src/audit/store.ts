import { randomUUID } from 'node:crypto';
import type { AuditPage, AuditRecord, Caller } from '@faultline/contracts';
import type { OmsDatabase } from '../database/index.ts';
import { isBehind, pageOf, type PageRequest } from '../pages/index.ts';

/** An act to be audited. `why` and `details` where there are any. */
export interface AuditedAct extends Pick<AuditRecord, 'at' | 'what' | 'target' | 'outcome'> {
  caller: Caller;
  why?: string | undefined;
  details?: AuditRecord['details'];
}

/**
 * Records who asked for what. Give it the transaction in which the act itself is recorded: then there is no act without its
 * audit record, and no record of an act that was not.
 */
export async function recordAudit(db: OmsDatabase, { caller, why, details = {}, ...act }: AuditedAct): Promise<void> {
  const { who, role } = caller;
  await db
    .insertInto('audit')
    .values({ id: randomUUID(), who, role, ...act, why: why ?? null, details: JSON.stringify(details) })
    .execute();
}

/** Audit records, newest first: all, or those of one target or one caller. */
export async function auditPage(
  db: OmsDatabase,
  { who, target, ...page }: PageRequest & { who?: string | undefined; target?: string | undefined },
): Promise<AuditPage> {
  let query = db
    .selectFrom('audit')
    .selectAll()
    .where((row) => isBehind(row, ['at', 'id'], page.after));
  if (who !== undefined) query = query.where('who', '=', who);
  if (target !== undefined) query = query.where('target', '=', target);
  const rows = await query
    .orderBy('at', 'desc')
    .orderBy('id', 'desc')
    .limit(page.limit + 1)
    .execute();
  const { items, next } = pageOf(rows, page, (row) => row);
  return { items: items.map((row) => ({ ...row, details: detailsOf(row.details) })), next };
}

const detailsOf = (json: string): AuditRecord['details'] => JSON.parse(json) as AuditRecord['details'];
