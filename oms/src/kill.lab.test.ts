import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { freePort, PostgresServer } from '@faultline/lab';
import { FakeLibvirtd } from '@faultline/libvirt/testing';
import { account, knowVms, NOTHING_WRONG } from './testing/account.ts';
import { Load } from './testing/load.ts';
import { OmsProcess } from './testing/oms-process.ts';

/** Each at a moment between these, counted from when reports and operations were acknowledged again. */
const KILLS = 50;
const EARLIEST_MS = 0;
const LATEST_MS = 300;
const HOST = 'hA';
const ACT = 'domainDestroy';
const VMS = 5000;
/** Long enough for kills to fall between libvirt's being asked and its answer. */
const ACT_TAKES_MS = 40;

const actsOf = (libvirtd: FakeLibvirtd): number => libvirtd.calls.filter(({ procedure }) => procedure === ACT).length;

interface Place {
  location: string;
  args: string[];
  databaseUrl?: string;
  dispose: () => Promise<void>;
}

async function sqlitePlace(): Promise<Place> {
  const folder = mkdtempSync(join(tmpdir(), 'faultline-kill-'));
  return Promise.resolve({
    location: join(folder, 'faultline.db'),
    args: ['--data.dir', folder],
    dispose: async () => {
      rmSync(folder, { recursive: true, force: true });
      return Promise.resolve();
    },
  });
}

async function postgresPlace(): Promise<Place> {
  const server = await PostgresServer.start({ folder: mkdtempSync(join(tmpdir(), 'faultline-pg-')), durable: true });
  const databaseUrl = server.url();
  // A killed OMS keeps itself from performing for as long as its lease lasts.
  return { location: databaseUrl, databaseUrl, args: ['--lease.duration', '1s'], dispose: () => server.remove() };
}

interface Outcome {
  wrongs: unknown;
  operations: number;
  reports: number;
}

/** Kills an OMS so often while records stream in and operations run, and counts what is left. */
async function killedOften(engine: string, makePlace: () => Promise<Place>): Promise<Outcome> {
  const domains = Array.from({ length: VMS }, (_, index) => ({ name: `vm${index}` }));
  const libvirtd = await FakeLibvirtd.start({ domains });
  libvirtd.delay({ procedure: ACT, ms: ACT_TAKES_MS });
  const place = await makePlace();
  let oms: OmsProcess | undefined;
  try {
    const vms = domains.map(({ name }) => libvirtd.domainNamed(name));
    await knowVms(place.location, HOST, vms);
    const port = await freePort();
    const { args, databaseUrl } = place;
    const start = () =>
      OmsProcess.start({
        port,
        args: [...args, '--control.host', `${HOST}=${libvirtd.uri}`],
        ...(databaseUrl === undefined ? {} : { databaseUrl }),
      });
    const load = new Load({ urls: [`http://127.0.0.1:${port}`], vms });
    load.start();
    for (let kill = 0; kill < KILLS; kill += 1) {
      oms = await start();
      const acts = actsOf(libvirtd);
      await load.moved();
      // Every other kill is while libvirt is acting, or was just done with it.
      if (kill % 2 === 1) await libvirtd.waitForCall(ACT, acts + 1);
      await sleep(EARLIEST_MS + Math.random() * (LATEST_MS - EARLIEST_MS));
      await oms.end('SIGKILL');
    }
    oms = await start();
    // Follows each operation that is left to its end.
    await load.stop();
    await oms.end('SIGTERM');
    const { wrongs, summary } = await account(place.location, { load, libvirtd });
    process.stdout.write(`${engine}, ${KILLS} kills: ${summary}\n`);
    return { wrongs, operations: load.operations.size, reports: load.reports.length };
  } finally {
    await oms?.end('SIGKILL');
    await place.dispose();
    await libvirtd.stop();
  }
}

const ENGINES: [engine: string, makePlace: () => Promise<Place>][] = [
  ['SQLite', sqlitePlace],
  ['PostgreSQL', postgresPlace],
];

describe('an OMS that is killed while records stream in and operations run (A30, decision 10)', () => {
  let outcomes: PromiseSettledResult<Outcome>[];
  // Both at once: most of the time each waits for its OMS to start.
  beforeAll(async () => {
    outcomes = await Promise.allSettled(ENGINES.map(([engine, makePlace]) => killedOften(engine, makePlace)));
  }, KILLS * 15_000);

  it.each(ENGINES.map(([engine], index) => [engine, index] as const))(
    `has every acknowledged record after each of ${KILLS} kills, and did nothing twice: on %s`,
    (_engine, index) => {
      const outcome = outcomes[index];
      if (outcome?.status !== 'fulfilled') throw outcome?.reason;
      expect(outcome.value.wrongs).toEqual(NOTHING_WRONG);
      expect(outcome.value.operations).toBeGreaterThanOrEqual(KILLS);
      expect(outcome.value.reports).toBeGreaterThan(KILLS);
    },
  );
});
