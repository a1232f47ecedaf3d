import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { HostReportBatch, QueryAnswer } from '@faultline/contracts';
import { freePort, PostgresServer } from '@faultline/lab';
import pg from 'pg';
import { OmsProcess } from './testing/oms-process.ts';

jest.setTimeout(120_000);

const GUIDE = readFileSync(new URL('../../docs/upgrade.md', import.meta.url), 'utf8');
const VM = { uuid: '11111111-1111-4111-8111-111111111111', name: 'web' };
const REPORTS = 500;
/** Recent enough to be kept. */
const BEGAN = Date.now() - 3_600_000;

/** The command of the guide that has a word in it, as operators read it. */
function commandWith(word: string): string {
  const commands = [...GUIDE.matchAll(/```sh\n([^`]*)```/g)].flatMap(([, text]) => text ?? []);
  const found = commands.filter((command) => command.includes(word));
  if (found.length !== 1) throw new Error(`docs/upgrade.md has ${found.length} commands with ${word}`);
  return found[0] ?? '';
}

function run(word: string, env: Record<string, string>): void {
  execFileSync('sh', ['-eu', '-c', commandWith(word)], { env: { PATH: process.env['PATH'], ...env }, stdio: 'pipe' });
}

const reportsFrom = (first: number, count: number): HostReportBatch => ({
  host: 'hA',
  reports: Array.from({ length: count }, (_, index) => ({
    ...{ type: 'domain-event', id: `event-${first + index}`, at: BEGAN + (first + index) * 1000, vm: VM },
    ...{ event: 'lifecycle', detail: (first + index) % 2 === 0 ? 'suspended (paused)' : 'resumed (unpaused)' },
    observed:
      (first + index) % 2 === 0 ? { state: 'paused', reason: 'user' } : { state: 'running', reason: 'unpaused' },
  })),
});

async function send(oms: OmsProcess, batch: HostReportBatch): Promise<void> {
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(`${oms.url}/api/v1/reports`, { method: 'POST', headers, body: JSON.stringify(batch) });
  expect([answer.status, await answer.text()]).toEqual([200, `{"stored":${batch.reports.length},"known":0}`]);
}

/** The chart of all that was sent before a backup. */
async function statesOf(oms: OmsProcess): Promise<unknown> {
  // What was sent last may still be said otherwise.
  const to = BEGAN + (REPORTS - 1) * 1000 - 1;
  const body = JSON.stringify({ type: 'states', vm: VM.uuid, from: BEGAN, to });
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(`${oms.url}/api/v1/query`, { method: 'POST', headers, body });
  const { frames } = (await answer.json()) as QueryAnswer;
  expect(frames[0]?.data.values[0]).toHaveLength(REPORTS - 1);
  return frames[0]?.data.values;
}

describe('a backup that is made while the OMS runs (docs/upgrade.md)', () => {
  let folder: string;
  const running: OmsProcess[] = [];
  async function start(args: string[], databaseUrl?: string): Promise<OmsProcess> {
    const oms = await OmsProcess.start({ port: await freePort(), args, ...(databaseUrl && { databaseUrl }) });
    running.push(oms);
    return oms;
  }

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'faultline-backup-'));
  });
  afterEach(async () => {
    await Promise.all(running.splice(0).map((oms) => oms.end('SIGKILL')));
  });
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  /** Reports before the backup, reports while it is made; @returns what the chart shows of those before it */
  async function fill(oms: OmsProcess, backUp: () => void): Promise<unknown> {
    await send(oms, reportsFrom(0, REPORTS));
    const before = await statesOf(oms);
    const meanwhile = send(oms, reportsFrom(REPORTS, REPORTS));
    backUp();
    await meanwhile;
    await oms.end('SIGKILL');
    return before;
  }

  const restored = async (dataDir: string, databaseUrl?: string): Promise<unknown> =>
    statesOf(await start(['--data.dir', dataDir], databaseUrl));

  it('of SQLite has all that was acknowledged before it, and an OMS starts on it', async () => {
    const [data, backup] = [join(folder, 'data'), join(folder, 'backup')];
    mkdirSync(backup);
    const oms = await start(['--data.dir', data]);
    const before = await fill(oms, () => {
      run('VACUUM INTO', { DATA: data, BACKUP: backup });
    });
    expect(await restored(backup)).toEqual(before);
  });

  it('of PostgreSQL has all that was acknowledged before it, and an OMS starts on what is restored of it', async () => {
    const postgres = await PostgresServer.start({
      folder: mkdtempSync(join(tmpdir(), 'faultline-pg-')),
      durable: true,
    });
    try {
      const dataDir = join(folder, 'none');
      const databaseUrl = postgres.url();
      const oms = await start(['--data.dir', dataDir], databaseUrl);
      const before = await fill(oms, () => {
        run('pg_dump', { DATABASE_URL: databaseUrl, BACKUP: folder });
      });
      const client = new pg.Client({ connectionString: databaseUrl });
      await client.connect();
      await client.query('create database restored');
      await client.end();
      const empty = new URL(databaseUrl);
      empty.pathname = '/restored';
      run('pg_restore', { DATABASE_URL: empty.href, BACKUP: folder });
      expect(await restored(dataDir, empty.href)).toEqual(before);
    } finally {
      await postgres.remove();
    }
  });
});
