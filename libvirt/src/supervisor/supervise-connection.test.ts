import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { getEventListeners } from 'node:events';
import { connect } from '../connect.ts';
import type { Connection } from '../connection.ts';
import { FakeLibvirtd } from '../testing/index.ts';
import { superviseConnection, type Setback, type SuperviseOptions } from './supervise-connection.ts';

const backoff = { firstMs: 1, maxMs: 4, random: () => 1 };

let daemon: FakeLibvirtd;
let stop: AbortController;

beforeEach(async () => {
  daemon = await FakeLibvirtd.start();
  stop = new AbortController();
});
afterEach(() => daemon.stop());

/** A supervisor whose setbacks are kept, and a way to wait for the n-th. */
function supervise(options: Partial<SuperviseOptions<Connection>> = {}) {
  const setbacks: Setback[] = [];
  let wake = (): void => undefined;
  const ended = superviseConnection<Connection>({
    connect: (signal) => connect({ uri: daemon.uri, signal }),
    session: () => undefined,
    backoff,
    signal: stop.signal,
    onSetback: (setback) => {
      setbacks.push(setback);
      wake();
    },
    ...options,
  });
  const setback = (count: number): Promise<void> =>
    new Promise((resolve) => {
      wake = () => {
        if (setbacks.length >= count) resolve();
      };
      wake();
    });
  return { ended, setbacks, setback };
}

describe('a supervised connection', () => {
  it('is opened again when it was lost, and the loss is told', async () => {
    const { ended, setbacks, setback } = supervise();
    await daemon.waitForCall('connectOpen', 1);
    while (setbacks.length < 2) {
      daemon.dropConnections();
      await setback(setbacks.length + 1);
      await daemon.waitForCall('connectOpen', setbacks.length + 1);
    }
    stop.abort();
    await ended;
    for (const each of setbacks) {
      expect(each).toMatchObject({ error: { code: expect.stringMatching(/connection-lost|connect-failed/) } });
    }
  });

  it('is tried for at growing intervals while the daemon is away, and soon again after it served', async () => {
    await daemon.goDown();
    let served = (): void => undefined;
    const inUse = new Promise<void>((resolve) => {
      served = resolve;
    });
    const { ended, setbacks, setback } = supervise({
      session: () => {
        served();
      },
    });
    await setback(4);
    expect(setbacks.slice(0, 4)).toMatchObject(
      [1, 2, 4, 4].map((retryInMs, i) => ({ during: 'connect', attempt: i + 1, retryInMs })),
    );
    await daemon.comeUp();
    await inUse;
    const before = setbacks.length;
    await daemon.goDown();
    await setback(before + 1);
    expect(setbacks[before]).toMatchObject({ during: 'session', attempt: 1, retryInMs: 1 });
    stop.abort();
    await ended;
  });

  it('is given up when its session throws; that is not settled', async () => {
    let sessions = 0;
    const { ended, setbacks, setback } = supervise({
      session: () => {
        sessions++;
        throw new Error(`session ${sessions} is no good`);
      },
    });
    await setback(3);
    stop.abort();
    await ended;
    expect(setbacks.slice(0, 3)).toMatchObject(
      [1, 2, 3].map((attempt) => ({ during: 'session', attempt, error: { message: `session ${attempt} is no good` } })),
    );
  });

  it('begins small again once its session says that it serves', async () => {
    const { ended, setbacks, setback } = supervise({
      session: (_connection, { settled }) => {
        settled();
        throw new Error('enough');
      },
    });
    await setback(3);
    stop.abort();
    await ended;
    expect(setbacks.map(({ attempt }) => attempt).slice(0, 3)).toEqual([1, 1, 1]);
  });

  it('has one session at a time, which is told that its connection has ended, and why', async () => {
    let running = 0;
    let most = 0;
    const reasons: unknown[] = [];
    const { ended, setback } = supervise({
      session: async (_connection, { signal }) => {
        most = Math.max(most, ++running);
        if (!signal.aborted)
          await new Promise((resolve) => {
            signal.addEventListener('abort', resolve, { once: true });
          });
        await new Promise((resolve) => setTimeout(resolve, 5));
        reasons.push(signal.reason);
        running--;
      },
    });
    for (let losses = 1; losses <= 3; losses++) {
      await daemon.waitForCall('connectOpen', losses);
      await clients(1);
      daemon.dropConnections();
      await setback(losses);
    }
    stop.abort(new Error('that was all'));
    await ended;
    expect(most).toBe(1);
    expect(reasons.length).toBeGreaterThan(1);
    expect(reasons.slice(0, -1)).toMatchObject(reasons.slice(0, -1).map(() => ({ code: 'connection-lost' })));
  });

  it('ends with its signal while it is opened, kept, waited for, or before it began', async () => {
    daemon.hold({ procedure: 'connectOpen' });
    const opening = supervise();
    await daemon.waitForCall('connectOpen');
    stop.abort();
    await opening.ended;
    daemon.release();

    stop = new AbortController();
    const kept = supervise();
    await daemon.waitForCall('connectOpen', 2);
    stop.abort();
    await kept.ended;
    await clients(0);

    await daemon.goDown();
    stop = new AbortController();
    const waiting = supervise({ backoff: { firstMs: 60_000, maxMs: 60_000 } });
    await waiting.setback(1);
    stop.abort();
    await waiting.ended;
    const late = supervise({ connect: () => Promise.reject(new Error('not to be called')) });
    await late.ended;
    expect(late.setbacks).toEqual([]);
  });

  it('says goodbye when it is ended', async () => {
    const { ended } = supervise({
      session: () => {
        stop.abort();
      },
    });
    await ended;
    expect(daemon.calls.at(-1)?.procedure).toBe('connectClose');
  });

  it('is not tried for with a URI that cannot be used', async () => {
    const { ended, setbacks } = supervise({ connect: () => connect({ uri: 'qemu+ssh://host/system' }) });
    await expect(ended).rejects.toMatchObject({ code: 'uri-unusable' });
    expect(setbacks).toEqual([]);
  });

  it('leaves no listener on the signal, however often it is lost', async () => {
    const { ended, setback } = supervise({
      session: () => {
        throw new Error('again');
      },
    });
    await setback(20);
    expect(getEventListeners(stop.signal, 'abort').length).toBeLessThanOrEqual(3);
    stop.abort();
    await ended;
  });
});

/** Resolves when the daemon has so many clients. */
async function clients(count: number): Promise<void> {
  while (daemon.connections !== count) await new Promise((resolve) => setImmediate(resolve));
}
