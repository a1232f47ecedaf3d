import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { HostReportBatch } from '@faultline/contracts';
import SqliteDatabase from 'better-sqlite3';

/** Kills; each at a moment between these, counted from the first acknowledgement. */
const KILLS = 20;
const EARLIEST_MS = 5;
const LATEST_MS = 400;
/** Senders at a time, as several hosts are. */
const SENDERS = 4;
const MAIN = fileURLToPath(new URL('../dist/main.js', import.meta.url));
const VM = { uuid: '11111111-1111-4111-8111-111111111111', name: 'web' };

describe('an OMS that is killed while records stream in (decision 10)', () => {
  let folder: string;
  let port: number;
  let oms: ChildProcess | undefined;
  beforeAll(async () => {
    if (!existsSync(MAIN)) throw new Error(`${MAIN} is not there: run npm run build:node first`);
    folder = mkdtempSync(join(tmpdir(), 'faultline-kill-'));
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    port = (server.address() as AddressInfo).port;
    server.close();
    await once(server, 'close');
  });
  afterAll(async () => {
    if (oms !== undefined && oms.exitCode === null && oms.signalCode === null) {
      oms.kill('SIGKILL');
      await once(oms, 'exit');
    }
    rmSync(folder, { recursive: true, force: true });
  });

  /** Starts the OMS and waits until it says that it is up. */
  async function start(): Promise<ChildProcess> {
    const args = [MAIN, '--data.dir', folder, '--web.listen-address', `127.0.0.1:${port}`];
    const child = spawn(process.execPath, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { PATH: process.env['PATH'] },
    });
    let output = '';
    const up = new Promise<void>((resolve, reject) => {
      const hear = (chunk: Buffer): void => {
        output += chunk.toString();
        if (output.includes('the OMS is up')) resolve();
      };
      child.stdout.on('data', hear);
      child.stderr.on('data', hear);
      child.once('exit', () => {
        reject(new Error(`the OMS ended: ${output}`));
      });
    });
    await up;
    return child;
  }

  /** Sends batch after batch until the OMS is gone; `acknowledged` grows with every 200. */
  async function stream(sender: string, acknowledged: string[], onFirst: () => void): Promise<void> {
    for (let number = 0; ; number += 1) {
      const ids = [`${sender}-${number}-a`, `${sender}-${number}-b`];
      const batch: HostReportBatch = {
        host: sender.slice(0, 2),
        reports: ids.map((id, index) => ({
          type: 'domain-event',
          id,
          at: Date.now(),
          vm: VM,
          event: 'lifecycle',
          detail: 'suspended (paused)',
          observed: { state: index === 0 ? 'paused' : 'running', reason: index === 0 ? 'user' : 'unpaused' },
        })),
      };
      let status: number;
      try {
        const answer = await fetch(`http://127.0.0.1:${port}/api/v1/reports`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(batch),
        });
        status = answer.status;
      } catch {
        // The OMS was killed: what it did not acknowledge, its sender keeps.
        return;
      }
      expect(status).toBe(200);
      acknowledged.push(...ids);
      onFirst();
    }
  }

  it(
    `has every acknowledged record after each of ${KILLS} kills`,
    async () => {
      const acknowledged: string[] = [];
      for (let kill = 0; kill < KILLS; kill += 1) {
        const child = await start();
        oms = child;
        const started = new Promise<void>((resolve) => {
          const senders = Array.from({ length: SENDERS }, (_, index) =>
            stream(`h${index}-${kill}`, acknowledged, resolve),
          );
          void Promise.all(senders);
        });
        await started;
        const wait = EARLIEST_MS + Math.random() * (LATEST_MS - EARLIEST_MS);
        await new Promise((resolve) => setTimeout(resolve, wait));
        child.kill('SIGKILL');
        await once(child, 'exit');
      }
      oms = await start();
      oms.kill('SIGTERM');
      await once(oms, 'exit');

      const db = new SqliteDatabase(join(folder, 'faultline.db'), { readonly: true });
      const ids = (sql: string): Set<string> =>
        new Set(
          db
            .prepare<[], { id: string }>(sql)
            .all()
            .map(({ id }) => id),
        );
      const reports = ids('select id from reports');
      const events = ids('select id from domain_events');
      const observations = ids("select substr(id, 3) as id from state_observations where id like 'e:%'");
      const integrity = db.pragma('integrity_check', { simple: true });
      db.close();
      const lost = acknowledged.filter((id) => !reports.has(id) || !events.has(id) || !observations.has(id));
      const halves = [...reports].filter(
        (id) => !events.has(id) || !reports.has(id.replace(/[ab]$/, (end) => (end === 'a' ? 'b' : 'a'))),
      );
      process.stdout.write(
        `${KILLS} kills, ${acknowledged.length} acknowledged records, ${lost.length} lost, ${reports.size} stored, ${halves.length} half-stored\n`,
      );
      expect(lost).toEqual([]);
      expect(halves).toEqual([]);
      expect(integrity).toBe('ok');
      expect(acknowledged.length).toBeGreaterThan(KILLS);
    },
    KILLS * 10_000,
  );
});
