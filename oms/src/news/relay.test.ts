import { afterEach, beforeEach, expect, it } from '@jest/globals';
import type { News } from '@faultline/contracts';
import { sql } from 'kysely';
import { pino } from 'pino';
import { connectDatabase, type OmsDatabase } from '../database/index.ts';
import { onPostgres } from '../testing/engines.ts';
import { createNewsBus } from './bus.ts';
import { NewsRelay } from './relay.ts';

const VM = '11111111-1111-4111-8111-111111111111';
const news = (id: string): News => ({ topic: 'alarm', vm: VM, id, at: 1 });

onPostgres('news of several replicas', (engine) => {
  let location: string;
  let db: OmsDatabase;
  const open: NewsRelay[] = [];
  beforeEach(async () => {
    ({ location } = await engine.newPlace());
    db = connectDatabase(location);
  });
  afterEach(async () => {
    await Promise.all(open.splice(0).map((relay) => relay.close()));
    await db.destroy();
  });

  /** A replica, and what its clients hear; a gap as `gap`. */
  async function replica(id: string) {
    const bus = createNewsBus({ epoch: id });
    const heard: string[] = [];
    bus.listen(
      (told) => heard.push(told.id),
      () => heard.push('gap'),
    );
    const relay = new NewsRelay({ bus, id, url: location, log: pino({ level: 'silent' }) });
    const before = await listeners();
    relay.start();
    open.push(relay);
    while ((await listeners()) === before) await new Promise(setImmediate);
    return { tell: relay.news.tell.bind(relay.news), heard, bus };
  }

  /** Connections that wait for messages: their last statement was to listen. */
  async function listeners(): Promise<number> {
    const { rows } = await sql<{ n: number }>`select count(*) as n from pg_stat_activity
      where datname = current_database() and application_name = 'faultline-oms news'
        and state = 'idle' and query like 'listen%'`.execute(db);
    return rows[0]?.n ?? 0;
  }

  const until = async (isTrue: () => boolean): Promise<void> => {
    while (!isTrue()) await new Promise(setImmediate);
  };

  it('reach the clients of each once, in order', async () => {
    const [a, b, c] = [await replica('a'), await replica('b'), await replica('c')];
    const ids = Array.from({ length: 300 }, (_, index) => `n${index}`);
    for (const id of ids) a.tell(news(id));
    b.tell(news('of b'));
    await until(() => [a, b, c].every(({ heard }) => heard.length === 301));
    for (const { heard } of [a, b, c]) expect(heard.filter((id) => id !== 'of b')).toEqual(ids);
  });

  it('that were missed while the database was away are told as a gap, after which all goes on', async () => {
    const [a, b] = [await replica('a'), await replica('b')];
    const latest = b.bus.latestId();
    await sql`select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and application_name = 'faultline-oms news'`.execute(db);
    a.tell(news('in between'));
    await until(() => b.heard.includes('gap') && a.heard.includes('gap'));
    expect(b.bus.after(latest)).toBeNull();
    for (let turn = 0; b.heard.at(-1)?.startsWith('afterwards') !== true; turn += 1) {
      a.tell(news(`afterwards-${turn}`));
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    expect(b.heard).not.toContain('in between');
  });

  it('are a gap to the others where there are too many to be told', async () => {
    const [a, b] = [await replica('a'), await replica('b')];
    for (let index = 0; index < 5000; index += 1) a.tell(news(`n${index}`));
    await until(() => b.heard.includes('gap'));
    a.tell(news('afterwards'));
    await until(() => b.heard.at(-1) === 'afterwards');
    expect(a.heard.filter((id) => id === 'gap')).toEqual([]);
  });

  it('in a form that is not known are a gap', async () => {
    const a = await replica('a');
    for (const text of ['nonsense', '{}', '{"from":"b","news":[{"topic":"weather"}]}']) {
      await sql`select pg_notify('faultline_news', ${text})`.execute(db);
    }
    await until(() => a.heard.length === 3);
    expect(a.heard).toEqual(['gap', 'gap', 'gap']);
  });
});
