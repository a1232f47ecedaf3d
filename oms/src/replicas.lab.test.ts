import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { OmsStatus } from '@faultline/contracts';
import { freePort, PostgresServer } from '@faultline/lab';
import { FakeLibvirtd } from '@faultline/libvirt/testing';
import { account, knowVms, NOTHING_WRONG } from './testing/account.ts';
import { Load } from './testing/load.ts';
import { OmsProcess } from './testing/oms-process.ts';

const HOST = 'hA';
const ACT = 'domainDestroy';
const ACT_TAKES_MS = 40;
const VMS = 5000;
const TAKES_OVER_WITHIN_MS = 10_000;
const READY_SAYS_WITHIN_MS = 5000;
/** How often the holder, and how often the database, is killed. */
const KILLS = 5;
const DATABASE_KILLS = 3;

jest.setTimeout(300_000);

/** Two OMSs on one PostgreSQL, as their users run them, and a libvirtd that counts what it is told to do. */
describe('two OMSs on one database', () => {
  let postgres: PostgresServer;
  let libvirtd: FakeLibvirtd;
  let load: Load;
  let ports: number[];
  let replicas: OmsProcess[];

  beforeEach(async () => {
    const domains = Array.from({ length: VMS }, (_, index) => ({ name: `vm${index}` }));
    libvirtd = await FakeLibvirtd.start({ domains });
    libvirtd.delay({ procedure: ACT, ms: ACT_TAKES_MS });
    postgres = await PostgresServer.start({ folder: mkdtempSync(join(tmpdir(), 'faultline-pg-')), durable: true });
    const vms = domains.map(({ name }) => libvirtd.domainNamed(name));
    await knowVms(postgres.url(), HOST, vms);
    ports = [await freePort(), await freePort()];
    replicas = await Promise.all([start(0), start(1)]);
    load = new Load({ urls: replicas.map(({ url }) => url), vms });
    load.start();
  });
  afterEach(async () => {
    for (const oms of replicas)
      if (oms.hasCrashed) process.stdout.write(`an OMS crashed; it said: ${oms.output.slice(-3000)}\n`);
    await Promise.all(replicas.map((oms) => oms.end('SIGKILL')));
    await postgres.remove();
    await libvirtd.stop();
  });

  const start = (index: number): Promise<OmsProcess> =>
    OmsProcess.start({
      port: ports[index] ?? 0,
      args: ['--control.host', `${HOST}=${libvirtd.uri}`],
      databaseUrl: postgres.url(),
    });

  async function performs(oms: OmsProcess): Promise<boolean> {
    const answer = await fetch(`${oms.url}/api/v1/status`);
    const { performer } = (await answer.json()) as OmsStatus;
    return performer?.isUs ?? false;
  }

  async function holder(): Promise<number> {
    for (;;) {
      const [first, second] = await Promise.all(replicas.map(performs));
      if (first !== second) return first === true ? 0 : 1;
      await sleep(50);
    }
  }

  /** Resolves in the middle of an operation: libvirt was told to act and has not answered. */
  const inTheMiddle = (): Promise<void> => libvirtd.waitForCall(ACT, acts() + 1);
  const acts = (): number => libvirtd.calls.filter(({ procedure }) => procedure === ACT).length;

  /** How long until this one performs, and libvirt is told to act by it, ms. */
  async function untilActed(by: OmsProcess | undefined, since: number): Promise<number> {
    if (by === undefined) throw new Error('there are two');
    while (!(await performs(by))) await sleep(50);
    await libvirtd.waitForCall(ACT, acts() + 1);
    return performance.now() - since;
  }

  async function settle(what: string): Promise<void> {
    await load.stop();
    const { wrongs, summary } = await account(postgres.url(), { load, libvirtd });
    process.stdout.write(`${what}: ${summary}\n`);
    expect(wrongs).toEqual(NOTHING_WRONG);
  }

  const seconds = (times: number[]): string => times.map((ms) => `${(ms / 1000).toFixed(1)} s`).join(', ');

  it(`lose and repeat nothing when the one that performs is killed, and the other takes over`, async () => {
    const took: number[] = [];
    for (let kill = 0; kill < KILLS; kill += 1) {
      await load.moved();
      const index = await holder();
      await inTheMiddle();
      const killed = performance.now();
      await replicas[index]?.end('SIGKILL');
      took.push(await untilActed(replicas[1 - index], killed));
      replicas[index] = await start(index);
    }
    process.stdout.write(`the other performs ${seconds(took)} after SIGKILL\n`);
    expect(Math.max(...took)).toBeLessThan(TAKES_OVER_WITHIN_MS);
    await settle(`${KILLS} kills of the one that performs`);
  });

  it('hand over at once when the one that performs is stopped as it should be', async () => {
    await load.moved();
    const index = await holder();
    await inTheMiddle();
    const since = performance.now();
    await replicas[index]?.end('SIGTERM');
    const took = await untilActed(replicas[1 - index], since);
    process.stdout.write(`the other performs ${seconds([took])} after SIGTERM\n`);
    expect(took).toBeLessThan(TAKES_OVER_WITHIN_MS);
    await settle('a clean end of the one that performs');
  });

  it('do not both perform when the one that does is stopped in the middle and wakes when the other has taken over', async () => {
    await load.moved();
    const index = await holder();
    const [stopped, other] = [replicas[index], replicas[1 - index]];
    if (stopped === undefined || other === undefined) throw new Error('there are two');
    await inTheMiddle();
    stopped.signal('SIGSTOP');
    const since = performance.now();
    while (!(await performs(other))) await sleep(50);
    const took = performance.now() - since;
    process.stdout.write(`the other performs ${seconds([took])} after SIGSTOP\n`);
    expect(took).toBeLessThan(TAKES_OVER_WITHIN_MS);
    // Who waits for the stopped one to answer gives up first.
    await libvirtd.waitForCall(ACT, acts() + 1);
    stopped.signal('SIGCONT');
    while (await performs(stopped)) await sleep(50);
    await load.moved();
    expect(await performs(other)).toBe(true);
    await settle('a SIGSTOP of the one that performs');
    expect(stopped.output).toContain('it lost the lease');
  });

  it('say so and do not act while the database hangs, and go on when it is back', async () => {
    await load.moved();
    await inTheMiddle();
    await postgres.freeze();
    const frozen = performance.now();
    const answers = await Promise.all(replicas.map(({ url }) => fetch(`${url}/-/ready`)));
    const saidAfter = performance.now() - frozen;
    expect(answers.map(({ status }) => status)).toEqual([503, 503]);
    expect(saidAfter).toBeLessThan(READY_SAYS_WITHIN_MS);
    // Longer than the lease lasts.
    while ((await Promise.all(replicas.map(performs))).includes(true)) await sleep(50);
    const stopped = performance.now() - frozen;
    expect(stopped).toBeLessThan(TAKES_OVER_WITHIN_MS);
    const acted = acts();
    await sleep(2000);
    expect(acts()).toBe(acted);
    await postgres.thaw();
    const thawed = performance.now();
    await load.moved();
    const back = performance.now() - thawed;
    process.stdout.write(
      `not ready after ${seconds([saidAfter])}, acts no more after ${seconds([stopped])}, back in ${seconds([back])}\n`,
    );
    await settle('a database that hung');
  });

  it(`lose and repeat nothing when the database is killed`, async () => {
    for (let kill = 0; kill < DATABASE_KILLS; kill += 1) {
      await load.moved();
      await inTheMiddle();
      await postgres.end('SIGKILL');
      const answers = await Promise.all(replicas.map(({ url }) => fetch(`${url}/-/ready`)));
      expect(answers.map(({ status }) => status)).toEqual([503, 503]);
      expect(await answers[0]?.json()).toMatchObject({ code: 'store-unavailable' });
      await postgres.startAgain();
    }
    await load.moved();
    expect(replicas.map(({ hasCrashed }) => hasCrashed)).toEqual([false, false]);
    await settle(`${DATABASE_KILLS} kills of the database`);
  });
});
