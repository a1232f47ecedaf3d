import bcrypt from 'bcryptjs';
import { afterEach, describe, expect, it } from '@jest/globals';
import { RequestError } from '../errors.ts';
import { BasicAuth, type Compare } from './basic-auth.ts';
import { costOf, hashOfNobody, isBcryptHash } from './bcrypt-hash.ts';
import { BcryptWorker } from './bcrypt-worker.ts';

const HASH = bcrypt.hashSync('secret', 4);
const users = new Map([
  ['alice', HASH],
  ['bob', bcrypt.hashSync('p:ä', 5)],
]);
const basic = (text: string): string => `Basic ${Buffer.from(text).toString('base64')}`;

/** Counts what is compared, in the thread of the test. */
function counting() {
  const compared: { password: string; hash: string }[] = [];
  const compare: Compare = (password, hash) => {
    compared.push({ password, hash });
    return bcrypt.compare(password, hash);
  };
  return { compared, auth: new BasicAuth(compare) };
}

const outcome = (admitted: Promise<void>): Promise<unknown> =>
  admitted.then(
    () => 'admitted',
    (error: unknown) => (error as RequestError).problem.code,
  );

describe('basic authentication', () => {
  it.each([
    [basic('alice:secret'), 'admitted'],
    [basic('bob:p:ä'), 'admitted'],
    [basic('alice:secret').replace('Basic', 'bAsIc'), 'admitted'],
    [basic('alice:Secret'), 'unauthorized'],
    [basic('alice:'), 'unauthorized'],
    [basic('alice'), 'unauthorized'],
    [basic('Alice:secret'), 'unauthorized'],
    [basic('__proto__:secret'), 'unauthorized'],
    [basic('mallory:secret'), 'unauthorized'],
    [basic(`alice:${'x'.repeat(5000)}`), 'unauthorized'],
    [`Bearer ${HASH}`, 'unauthorized'],
    ['Basic !!!', 'unauthorized'],
    ['Basic', 'unauthorized'],
    ['', 'unauthorized'],
    [undefined, 'unauthorized'],
  ])('%j is %s', async (authorization, expected) => {
    expect(await outcome(counting().auth.admit(users, authorization))).toBe(expected);
  });

  it('checks a right password once, also when it comes many times at once, and a wrong one each time', async () => {
    const { auth, compared } = counting();
    await Promise.all(Array.from({ length: 5 }, () => auth.admit(users, basic('alice:secret'))));
    await auth.admit(users, basic('alice:secret'));
    expect(compared).toHaveLength(1);
    for (let attempt = 0; attempt < 2; attempt += 1) {
      expect(await outcome(auth.admit(users, basic('alice:wrong')))).toBe('unauthorized');
    }
    expect(compared).toHaveLength(3);
  });

  it('does not let in with the old password once the hash is another', async () => {
    const { auth } = counting();
    await auth.admit(users, basic('alice:secret'));
    const changed = new Map([['alice', bcrypt.hashSync('other', 4)]]);
    expect(await outcome(auth.admit(changed, basic('alice:secret')))).toBe('unauthorized');
    expect(await outcome(auth.admit(new Map(), basic('alice:secret')))).toBe('unauthorized');
  });

  it('lets nobody see who is a user: it takes as long for those who are none', async () => {
    const { auth, compared } = counting();
    await outcome(auth.admit(users, basic('mallory:secret')));
    expect(compared).toEqual([{ password: 'secret', hash: expect.any(String) }]);
    expect(costOf(compared[0]?.hash ?? '')).toBe(10);
    const costly = new Map([['alice', HASH.replace('$04$', '$12$')]]);
    expect(costOf(hashOfNobody(costly.values()))).toBe(12);
    expect(isBcryptHash(hashOfNobody([]))).toBe(true);
    expect(await bcrypt.compare('', hashOfNobody([]))).toBe(false);
  });
});

describe('what is a hash', () => {
  it.each([
    [HASH, true],
    [HASH.replace('$2b$', '$2y$'), true],
    [HASH.replace('$2b$', '$2a$'), true],
    [HASH.replace('$2b$', '$2x$'), false],
    [HASH.replace('$04$', '$16$'), true],
    [HASH.replace('$04$', '$17$'), false],
    [HASH.replace('$04$', '$03$'), false],
    [HASH.slice(0, -1), false],
    [`${HASH}\n`, false],
    ['secret', false],
    ['', false],
  ])('%j: %s', (text, isHash) => {
    expect(isBcryptHash(text)).toBe(isHash);
  });
});

describe('the thread that checks passwords', () => {
  let worker: BcryptWorker;
  afterEach(() => worker.stop());

  it('answers each in turn, leaves the event loop free, and goes when it is idle', async () => {
    worker = new BcryptWorker({ idleMs: 50 });
    const hash = bcrypt.hashSync('secret', 10);
    const before = performance.eventLoopUtilization();
    const answers = await Promise.all(['secret', 'wrong', 'secret'].map((password) => worker.compare(password, hash)));
    const { utilization } = performance.eventLoopUtilization(before);
    expect(answers).toEqual([true, false, true]);
    // Checked in this thread, nothing would be left of the loop's time.
    expect(utilization).toBeLessThan(0.5);
    await untilGone(worker);
    expect(await worker.compare('secret', hash)).toBe(true);
  }, 30_000);

  it('turns away who tries faster than it checks, and ends with checks under way', async () => {
    worker = new BcryptWorker();
    const checks = Array.from({ length: 40 }, () => worker.compare('wrong', HASH.replace('$04$', '$14$')));
    const outcomes = Promise.allSettled(checks);
    await expect(checks[39]).rejects.toMatchObject({ code: 'too-many-checks' });
    await worker.stop();
    const reasons = (await outcomes).map((each) => each.status === 'rejected' && (each.reason as Error).message);
    expect(reasons.filter((reason) => reason === 'the exporter stops')).toHaveLength(32);
    expect(await outcome(new BasicAuth((password, hash) => full(password, hash)).admit(users, basic('alice:x')))).toBe(
      'too-many-checks',
    );
  });

  const full: Compare = async (password, hash) => {
    const busy = new BcryptWorker();
    const waiting = Array.from({ length: 32 }, () => busy.compare('x', HASH.replace('$04$', '$14$')));
    const settled = Promise.allSettled(waiting);
    try {
      return await busy.compare(password, hash);
    } finally {
      await busy.stop();
      await settled;
    }
  };
});

async function untilGone(worker: BcryptWorker): Promise<void> {
  for (let waits = 0; worker.isRunning && waits < 200; waits += 1) {
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  expect(worker.isRunning).toBe(false);
}
