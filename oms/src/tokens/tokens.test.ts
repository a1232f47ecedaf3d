import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { BadSettingError } from '@faultline/program';
import type { OmsDatabase } from '../database/index.ts';
import { onEachEngine } from '../testing/engines.ts';
import { readTokenCommand } from './config.ts';
import { createToken, findToken, listTokens, noteUse, revokeToken, runTokenCommand } from './index.ts';

const BY = { caller: { who: 'cli/root', role: 'operate' }, now: 1_000_000 } as const;
const HV1 = { name: 'hv1', role: 'report', expiresAfterMs: undefined, replace: false } as const;

onEachEngine('tokens', (engine) => {
  let db: OmsDatabase;
  beforeEach(async () => {
    db = await engine.open();
  });
  afterEach(() => db.destroy());

  it('are known by their text, of which the store keeps nothing that would let anyone in', async () => {
    const { text } = await createToken(db, HV1, BY);
    expect(text).toMatch(/^flt_[0-9a-f]{12}_[A-Za-z0-9_-]{43}$/);
    expect(await findToken(db, text, BY.now)).toMatchObject({ name: 'hv1', role: 'report', last_used: null });
    const secret = text.slice(17);
    expect(JSON.stringify(await db.selectFrom('tokens').selectAll().execute())).not.toContain(secret);
    expect(JSON.stringify(await db.selectFrom('audit').selectAll().execute())).not.toContain(secret);
    expect(JSON.stringify(await listTokens(db))).not.toMatch(/hash|[0-9a-f]{64}/);
  });

  it('are refused with any other text', async () => {
    const { text } = await createToken(db, HV1, BY);
    const { text: other } = await createToken(db, { ...HV1, name: 'hv2' }, BY);
    const wrong = [
      text.slice(0, -1),
      `${text}A`,
      text.toUpperCase(),
      text.slice(0, 17) + other.slice(17),
      text.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A')),
      '',
      "flt_' or 1=1 --",
      `flt_${'0'.repeat(12)}_${'A'.repeat(43)}`,
    ];
    for (const each of wrong) expect(await findToken(db, each, BY.now)).toBeNull();
  });

  it('end when they expire, or are revoked', async () => {
    const { text, expires } = await createToken(db, { ...HV1, expiresAfterMs: 5000 }, BY);
    expect(expires).toBe(BY.now + 5000);
    expect(await findToken(db, text, BY.now + 4999)).not.toBeNull();
    expect(await findToken(db, text, BY.now + 5000)).toBeNull();
    expect(await listTokens(db)).toHaveLength(1);
    await revokeToken(db, 'hv1', BY);
    expect(await findToken(db, text, BY.now)).toBeNull();
    expect(await listTokens(db)).toEqual([]);
    await expect(revokeToken(db, 'hv1', BY)).rejects.toMatchObject({ code: 'token-unknown' });
  });

  it('have a name each, which a new one takes over only when that is asked for', async () => {
    const { text } = await createToken(db, HV1, BY);
    await expect(createToken(db, { ...HV1, role: 'operate' }, BY)).rejects.toMatchObject({ code: 'token-exists' });
    expect(await findToken(db, text, BY.now)).toMatchObject({ role: 'report' });
    const { text: next } = await createToken(db, { ...HV1, replace: true }, BY);
    expect(await findToken(db, text, BY.now)).toBeNull();
    expect(await findToken(db, next, BY.now)).toMatchObject({ name: 'hv1' });
  });

  it('are audited when they are made and revoked, and not when that was refused', async () => {
    await createToken(db, HV1, BY);
    await expect(createToken(db, HV1, BY)).rejects.toThrow('hv1');
    await revokeToken(db, 'hv1', BY);
    const audited = await db.selectFrom('audit').select(['who', 'what', 'target', 'outcome']).orderBy('what').execute();
    expect(audited).toEqual([
      { who: 'cli/root', what: 'token.create', target: 'token/hv1', outcome: 'done' },
      { who: 'cli/root', what: 'token.revoke', target: 'token/hv1', outcome: 'done' },
    ]);
  });

  it('remember when they were used, without a write for each use', async () => {
    const { text } = await createToken(db, HV1, BY);
    const use = async (at: number): Promise<number | null | undefined> => {
      const token = await findToken(db, text, at);
      if (token !== null) await noteUse(db, token, at);
      return (await listTokens(db))[0]?.last_used;
    };
    expect(await use(BY.now + 1)).toBe(BY.now + 1);
    expect(await use(BY.now + 2)).toBe(BY.now + 1);
    expect(await use(BY.now + 300_001)).toBe(BY.now + 300_001);
  });
});

onEachEngine('faultline-oms token', (engine) => {
  let place: Awaited<ReturnType<typeof engine.newPlace>>;
  beforeEach(async () => {
    place = await engine.newPlace();
  });
  afterEach(() => {
    place.dispose();
  });
  async function run(...args: string[]): Promise<{ out: string; err: string }> {
    const told = { out: '', err: '' };
    const command = { ...readTokenCommand(args, {}), location: place.location, dataDir: undefined };
    await runTokenCommand(command, {
      out: (text) => (told.out += text),
      err: (text) => (told.err += text),
    });
    return told;
  }

  it('writes nothing but the token to standard output, lists it without, and revokes it', async () => {
    const { out, err } = await run('create', '--role', 'report', '--name', 'hv1', '--expires', '90d');
    expect(out).toMatch(/^flt_[0-9a-f]{12}_[A-Za-z0-9_-]{43}\n$/);
    expect(err).toMatch(/^hv1 may report with it, until \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ\. It is not shown again\.\n$/);
    await run('create', '--role', 'operate', '--name', 'ana');
    const list = await run('list');
    expect(list.out.split('\n').map((line) => line.split(/ {2,}/))).toEqual([
      ['NAME', 'ROLE', 'CREATED', 'EXPIRES', 'LAST USED'],
      ['ana', 'operate', expect.stringMatching(/Z$/), 'never', 'never'],
      ['hv1', 'report', expect.stringMatching(/Z$/), expect.stringMatching(/Z$/), 'never'],
      [''],
    ]);
    expect(list.out).not.toContain(out.trim().slice(17));
    expect((await run('revoke', 'hv1')).err).toBe('hv1 has no token any more.\n');
    await expect(run('revoke', 'hv1')).rejects.toMatchObject({ code: 'token-unknown' });
    await expect(run('create', '--role', 'read', '--name', 'ana')).rejects.toMatchObject({ code: 'token-exists' });
    expect((await run('create', '--role', 'read', '--name', 'ana', '--replace')).out).toMatch(/^flt_/);
  });
});

describe('faultline-oms token', () => {
  it.each([
    [['delete'], 'token: "delete" is not allowed; allowed: create, list, revoke'],
    [['create', '--name', 'x'], '--role: is needed; allowed: read, report, operate'],
    [['create', '--role', 'read'], '--name: is needed; allowed: 1 to 64 letters'],
    [['create', '--role', 'admin', '--name', 'x'], '--role: "admin" is not allowed; allowed: read, report, operate'],
    [['create', '--role', 'read', '--name', 'a b'], '--name: "a b" is not allowed'],
    [['create', '--role', 'read', '--name', 'x', '--expires', '0d'], '--expires: "0d" is not allowed; allowed: a dur'],
    [['create', '--role', 'read', '--name', 'x', '--expires', '99999d'], '--expires: "99999d" is not allowed'],
    [['revoke'], 'token revoke: needs the name of a token first'],
    [['revoke', '--data.dir', 'x'], 'token revoke: needs the name of a token first'],
    [['list', 'all'], 'all: is not a flag'],
  ])('%j: %s', (args, line) => {
    const read = (): unknown => readTokenCommand(args, {});
    expect(read).toThrow(BadSettingError);
    expect(read).toThrow(line);
  });

  it('makes a store for a first token, which nobody else on the machine reads, and none to look into', async () => {
    const parent = mkdtempSync(join(tmpdir(), 'faultline-tokens-'));
    const dataDir = join(parent, 'data');
    const run = (...args: string[]) =>
      runTokenCommand(readTokenCommand([...args, '--data.dir', dataDir], {}), {
        out: () => undefined,
        err: () => undefined,
      });
    try {
      for (const args of [['list'], ['revoke', 'hv1']]) {
        await expect(run(...args)).rejects.toMatchObject({
          code: 'no-store',
          message: `there is no store in ${dataDir}`,
        });
      }
      expect(existsSync(dataDir)).toBe(false);
      await run('create', '--role', 'read', '--name', 'hv1');
      expect(statSync(dataDir).mode & 0o777).toBe(0o700);
      await run('list');
    } finally {
      rmSync(parent, { recursive: true });
    }
  });

  it('works on the store of the OMS that has the same settings', () => {
    const dataDir = '/d';
    expect(readTokenCommand(['list', '--data.dir', dataDir], {})).toMatchObject({
      location: '/d/faultline.db',
      dataDir,
    });
    expect(readTokenCommand(['list'], { FAULTLINE_OMS_DATA_DIR: dataDir })).toMatchObject({ dataDir });
    const url = 'postgresql://db/faultline';
    expect(readTokenCommand(['list'], { DATABASE_URL: url })).toMatchObject({ location: url, dataDir: undefined });
    expect(readTokenCommand([], {})).toMatchObject({ act: 'help' });
    expect(readTokenCommand(['create', '--help'], {})).toMatchObject({ act: 'help' });
  });
});
