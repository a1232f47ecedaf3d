import { afterEach, beforeEach, expect, it } from '@jest/globals';
import type { Alarm } from '@faultline/contracts';
import type { OmsDatabase } from '../database/index.ts';
import { alarmMarks, findAlarm, storeAlarm } from './index.ts';
import { onEachEngine } from '../testing/engines.ts';

const VM = { uuid: '11111111-1111-4111-8111-111111111111', name: 'web' };

const alarm = (id: string, raised: number, more: Partial<Alarm> = {}): Alarm => ({
  id,
  key: 'crash:web',
  name: 'VM crashed',
  category: 'processing',
  level: 'critical',
  cause: 'the guest panicked',
  details: { 'exit code': '1' },
  vm: VM,
  host: 'hA',
  raised,
  changed: raised,
  occurrences: 1,
  source: 'nc:hA',
  ...more,
});

onEachEngine('the store of alarms (A44, A45)', (engine) => {
  let db: OmsDatabase;
  beforeEach(async () => {
    db = await engine.open();
  });
  afterEach(async () => {
    await db.destroy();
  });
  const store = (word: Alarm): Promise<void> => storeAlarm(db, word, { received: word.changed });
  /** The alarm itself: what people did about it is looked at elsewhere. */
  const found = async (id: string): Promise<Alarm | undefined> => {
    const { operator, ...record } = (await findAlarm(db, id, 100)) ?? { operator: null };
    return operator === null ? undefined : (record as Alarm);
  };
  const inRange = async (from: number, to: number): Promise<string[]> =>
    (await alarmMarks(db, VM.uuid, { from, to, binMs: 10, now: 100 }, 100)).marks.map(({ id }) => id);

  it('gives back what was stored, also without a VM', async () => {
    const ofHost = alarm('b', 20, { key: 'host' });
    delete ofHost.vm;
    await store(alarm('a', 10));
    await store(ofHost);
    expect(await found('a')).toEqual(alarm('a', 10));
    expect(await found('b')).toEqual(ofHost);
    expect(await found('c')).toBeUndefined();
  });

  it('keeps the newest word on an alarm, in whatever order they come', async () => {
    const words = [
      alarm('a', 10),
      alarm('a', 10, { changed: 20, occurrences: 2 }),
      alarm('a', 10, { changed: 30, cleared: 30, occurrences: 2 }),
    ];
    for (const order of [words, words.toReversed(), [...words, ...words]]) {
      await db.deleteFrom('alarms').execute();
      for (const word of order) await store(word);
      expect(await found('a')).toEqual(words[2]);
    }
  });

  it('counts an occurrence, and makes no second record, when the same condition is raised again before it is cleared', async () => {
    await store(alarm('a', 10));
    await store(alarm('b', 50, { cause: 'panicked again' }));
    await store(alarm('b', 50, { cause: 'panicked again' }));
    const folded = alarm('a', 10, { changed: 50, occurrences: 2, cause: 'panicked again' });
    expect(await found('a')).toEqual(folded);
    expect(await found('b')).toEqual(folded);
    expect(await inRange(0, 100)).toEqual(['a']);
    await store(alarm('b', 50, { changed: 70, cleared: 70 }));
    expect((await found('a'))?.cleared).toBe(70);
  });

  it('makes a new record once the condition was cleared, or for another condition', async () => {
    await store(alarm('a', 10, { cleared: 20, changed: 20 }));
    await store(alarm('b', 30));
    await store(alarm('c', 40, { key: 'other' }));
    await store(alarm('early', 2, { cleared: 5, changed: 5 }));
    expect(await inRange(0, 100)).toEqual(['early', 'a', 'b', 'c']);
  });

  it('finds what overlaps a range, and counts where there is too much', async () => {
    await store(alarm('past', 10, { key: '1', cleared: 20 }));
    await store(alarm('into', 15, { key: '2', cleared: 40 }));
    await store(alarm('open', 5, { key: '3' }));
    await store(alarm('later', 60, { key: '4' }));
    expect(await inRange(30, 50)).toEqual(['open', 'into']);
    expect(await alarmMarks(db, VM.uuid, { from: 30, to: 50, binMs: 10, now: 100 }, 1)).toEqual({
      marks: [],
      buckets: [{ bin: 3, count: 2, failed: 0, worst: 'critical' }],
    });
    const ofAnother = await alarmMarks(db, VM.uuid.replaceAll('1', '2'), { from: 0, to: 99, binMs: 10, now: 100 }, 9);
    expect(ofAnother).toEqual({ marks: [], buckets: [] });
  });
});
