import { existsSync } from 'node:fs';
import type { Caller } from '@faultline/contracts';
import { userName } from '@faultline/program';
import { makeDataFolder, openDatabase } from '../database/index.ts';
import { USAGE, type TokenCommand } from './config.ts';
import { TokenError } from './errors.ts';
import { createToken, listTokens, revokeToken, type Token } from './store.ts';

/** Where a command writes: `out` is for what it was asked for, `err` for what it says beside that. */
export interface Streams {
  out: (text: string) => void;
  err: (text: string) => void;
}

/**
 * `faultline-oms token`: works on the store itself, also while an OMS runs on it. SQLite lets both write, one after the other, so that
 * the data folder's lock, which keeps a second OMS away, is not asked for.
 *
 * @throws TokenError, StoreUnusableError
 */
export async function runTokenCommand(command: TokenCommand, { out, err }: Streams): Promise<void> {
  if (command.act === 'help') {
    out(USAGE);
    return;
  }
  const { dataDir, location } = command;
  if (dataDir !== undefined) {
    // Only who makes the first token may mean a store that is not there yet; others have named another folder than the OMS's.
    if (command.act === 'create') makeDataFolder(dataDir);
    else if (!existsSync(location)) throw new TokenError('no-store', `there is no store in ${dataDir}`);
  }
  const db = await openDatabase(location);
  const by = { caller: operatorOfThisMachine(), now: Date.now() };
  try {
    switch (command.act) {
      case 'create': {
        const { text, expires } = await createToken(db, command, by);
        out(`${text}\n`);
        const until = expires === null ? 'until it is revoked' : `until ${timeText(expires)}`;
        err(`${command.name} may ${command.role} with it, ${until}. It is not shown again.\n`);
        return;
      }
      case 'list':
        out(tableOf(await listTokens(db), by.now));
        return;
      case 'revoke':
        await revokeToken(db, command.name, by);
        err(`${command.name} has no token any more.\n`);
    }
  } finally {
    await db.destroy();
  }
}

/** Whoever can write to the store may do everything with it: who that is, the system knows. */
function operatorOfThisMachine(): Caller {
  return { who: `cli/${userName()}`, role: 'operate' };
}

const timeText = (at: number): string => new Date(at).toISOString().replace(/\.\d+Z$/, 'Z');

function tableOf(tokens: readonly Token[], now: number): string {
  const rows = tokens.map(({ name, role, created, expires, last_used }) => [
    name,
    role,
    timeText(created),
    expires === null ? 'never' : timeText(expires) + (expires <= now ? ' (expired)' : ''),
    last_used === null ? 'never' : timeText(last_used),
  ]);
  const lines = [['NAME', 'ROLE', 'CREATED', 'EXPIRES', 'LAST USED'], ...rows];
  const widths = lines[0]?.map((_title, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0))) ?? [];
  return lines
    .map(
      (line) =>
        `${line
          .map((cell, column) => cell.padEnd(widths[column] ?? 0))
          .join('  ')
          .trimEnd()}\n`,
    )
    .join('');
}
