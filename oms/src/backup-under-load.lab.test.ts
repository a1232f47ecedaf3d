import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { freePort, PostgresServer } from '@faultline/lab';
import { FakeLibvirtd } from '@faultline/libvirt/testing';
import type { Operation } from '@faultline/contracts';
import { connectDatabase } from './database/index.ts';
import { account, knowVms, NOTHING_WRONG, type Acknowledged } from './testing/account.ts';
import { Load } from './testing/load.ts';
import { OmsProcess } from './testing/oms-process.ts';

const run = promisify(execFile);
const HOST = 'hA';
const VMS = 3000;
/** Batches and operations that are acknowledged before the backup begins, and while and after it is made. */
const MOVES = 10;
/** Long enough for operations to be under way in the backup. */
const ACT_TAKES_MS = 40;
const SLOW_MS = 120_000;

/** A store of an OMS. */
interface Place {
  location: string;
  args: string[];
  databaseUrl?: string;
}

/** A way that docs/upgrade.md tells; that its very commands do, `backup.lab.test.ts` holds. */
interface Way {
  name: string;
  newPlace: () => Promise<Place>;
  backUp: (place: Place, file: string) => Promise<unknown>;
  restore: (file: string) => Promise<Place>;
}

let folder: string;
let server: PostgresServer;
let count = 0;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'faultline-backup-'));
  server = await PostgresServer.start({ folder: mkdtempSync(join(tmpdir(), 'faultline-pg-')), durable: true });
}, SLOW_MS);
afterAll(async () => {
  await server.remove();
  rmSync(folder, { recursive: true });
});

function newFolder(): string {
  count += 1;
  const made = join(folder, `data-${count}`);
  mkdirSync(made);
  return made;
}

const inFolder = (made: string): Place => ({ location: join(made, 'faultline.db'), args: ['--data.dir', made] });

async function newDatabase(): Promise<Place> {
  count += 1;
  const name = `faultline_${count}`;
  await run('psql', [server.url(), '-c', `create database ${name}`]);
  const databaseUrl = server.url(name);
  return { location: databaseUrl, databaseUrl, args: ['--data.dir', newFolder(), '--lease.duration', '1s'] };
}

const SQLITE: Way = {
  name: 'SQLite',
  newPlace: () => Promise.resolve(inFolder(newFolder())),
  backUp: ({ location }, file) => run('sqlite3', [location, `vacuum into '${file}'`]),
  restore: async (file) => {
    const made = newFolder();
    await run('cp', [file, join(made, 'faultline.db')]);
    return inFolder(made);
  },
};

const WAYS: Way[] = [
  SQLITE,
  {
    name: 'PostgreSQL',
    newPlace: newDatabase,
    backUp: ({ location }, file) => run('pg_dump', ['--format=custom', `--file=${file}`, location]),
    restore: async (file) => {
      const place = await newDatabase();
      await run('pg_restore', ['--exit-on-error', '--no-owner', `--dbname=${place.location}`, file]);
      return place;
    },
  },
];

/** The operations that the backup was made in the middle of. */
async function runningIn({ location }: Place): Promise<string[]> {
  const db = connectDatabase(location);
  const running = await db.selectFrom('operations').select('id').where('result', '=', 'running').execute();
  await db.destroy();
  return running.map(({ id }) => id);
}

async function untilEnded(oms: OmsProcess, ids: string[]): Promise<void> {
  for (const id of ids) {
    for (let result = 'running'; result === 'running';) {
      const answer = await fetch(`${oms.url}/api/v1/operations/${id}`);
      ({ result } = (await answer.json()) as Operation);
      if (result === 'running') await sleep(50);
    }
  }
}

describe('a backup that is made while records stream in and operations run (docs/upgrade.md)', () => {
  let libvirtd: FakeLibvirtd;
  let oms: OmsProcess | undefined;
  const start = async ({ args, databaseUrl }: Place): Promise<OmsProcess> =>
    OmsProcess.start({
      port: await freePort(),
      args: [...args, '--control.host', `${HOST}=${libvirtd.uri}`],
      ...(databaseUrl === undefined ? {} : { databaseUrl }),
    });

  /** Backs a store up while records stream in and operations run. */
  async function backedUp(way: Way, file: string): Promise<Acknowledged> {
    const place = await way.newPlace();
    const vms = Array.from({ length: VMS }, (_, index) => libvirtd.domainNamed(`vm${index}`));
    await knowVms(place.location, HOST, vms);
    oms = await start(place);
    const load = new Load({ urls: [oms.url], vms });
    load.start();
    for (let move = 0; move < MOVES; move += 1) await load.moved();
    const { unexpected, ...before } = load;
    const acknowledged = { unexpected, reports: [...before.reports], operations: new Map(before.operations) };
    await Promise.all([way.backUp(place, file), load.moved()]);
    for (let move = 0; move < MOVES; move += 1) await load.moved();
    await load.stop();
    await oms.end('SIGTERM');
    return acknowledged;
  }

  it.each(WAYS)(
    'has all that was acknowledged before it began, nothing by halves, and the outcome of what ran: on $name',
    async (way) => {
      const domains = Array.from({ length: VMS }, (_, index) => ({ name: `vm${index}` }));
      libvirtd = await FakeLibvirtd.start({ domains });
      libvirtd.delay({ procedure: 'domainDestroy', ms: ACT_TAKES_MS });
      try {
        const file = join(folder, `${way.name.replace(/\W+/g, '-')}.backup`);
        const acknowledged = await backedUp(way, file);
        const restored = await way.restore(file);
        const running = await runningIn(restored);
        oms = await start(restored);
        await untilEnded(oms, running);
        await oms.end('SIGTERM');
        const { wrongs, summary } = await account(restored.location, { load: acknowledged, libvirtd });
        process.stdout.write(`${way.name}: ${summary}; ${running.length} were running\n`);
        // What libvirt did after the backup, the backup does not know.
        expect(wrongs).toEqual({ ...NOTHING_WRONG, actedUnrecorded: expect.any(Array) });
        expect(acknowledged.operations.size).toBeGreaterThanOrEqual(MOVES);
      } finally {
        await oms?.end('SIGKILL');
        await libvirtd.stop();
      }
    },
    SLOW_MS,
  );
});
