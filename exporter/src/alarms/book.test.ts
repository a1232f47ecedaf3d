import { mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Alarm, AlarmReport, type RawState } from '@faultline/contracts';
import type { DomainEvent } from '@faultline/libvirt';
import { afterAll, describe, expect, it } from '@jest/globals';
import { pino } from 'pino';
import { Value } from 'typebox/value';
import type { SpoolEntry } from '../reports/segment.ts';
import { domainSnapshot, hostIdentity } from '../fixtures/snapshot.ts';
import type { HostSnapshot } from '../snapshot.ts';
import { AlarmBook } from './book.ts';
import { alarmRules } from './index.ts';

const vm = { name: 'web', uuid: '11111111-1111-4111-8111-111111111111' };
const rules = alarmRules({ cpuSaturated: { percent: 90, holdMs: 30_000 }, guestRounds: 2 });
const crashed: DomainEvent = { domain: { ...vm, id: 1 }, kind: 'lifecycle', event: 'crashed', detail: 'panicked' };

function cycleAt(at: number, state: RawState | null, name = vm.name): HostSnapshot {
  const lane = { ok: true, durationMs: 1 };
  return {
    host: hostIdentity,
    up: true,
    cycle: { number: 1, at },
    domains: state === null ? [] : [domainSnapshot({ ...vm, name, state })],
    readings: {},
    sources: { state: lane, statistics: lane },
  };
}

const dirs: string[] = [];
afterAll(() => Promise.all(dirs.map((dir) => rm(dir, { recursive: true }))));

async function newFile(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'faultline-alarms-'));
  dirs.push(dir);
  return join(dir, 'alarms.json');
}

async function setUp(path?: string, append?: (entries: readonly SpoolEntry[]) => Promise<void>) {
  const file = path ?? (await newFile());
  const reported: Alarm[] = [];
  const book = await AlarmBook.open({
    path: file,
    rules,
    log: pino({ level: 'silent' }),
    append:
      append ??
      ((entries) => {
        for (const { report } of entries) reported.push(Value.Parse(AlarmReport, report).alarm);
        return Promise.resolve();
      }),
  });
  return { book, reported, file };
}

const event = (at: number, state: RawState | null = { state: 'crashed', reason: 'panicked' }) => ({
  host: 'nc1',
  at,
  vm,
  state,
  event: crashed,
});

describe('alarm book', () => {
  it('makes one record of one raising, counts what happens again, and clears it (A44, A45)', async () => {
    const { book, reported } = await setUp();
    await book.observeEvent(event(1000));
    await book.observeCycle('nc1', cycleAt(2000, { state: 'crashed', reason: 'panicked' }));
    await book.observeEvent(event(3000));
    await book.observeCycle('nc1', cycleAt(4000, { state: 'running', reason: 'booted' }));
    expect(
      reported.map(({ raised, changed, cleared, occurrences }) => ({ raised, changed, cleared, occurrences })),
    ).toEqual([
      { raised: 1000, changed: 1000, cleared: undefined, occurrences: 1 },
      { raised: 1000, changed: 3000, cleared: undefined, occurrences: 2 },
      { raised: 1000, changed: 4000, cleared: 4000, occurrences: 2 },
    ]);
    expect(new Set(reported.map(({ id }) => id)).size).toBe(1);
    expect(reported[0]).toMatchObject({
      key: `domain-crashed/${vm.uuid}`,
      name: 'VM crashed',
      category: 'processing',
      level: 'critical',
      vm,
      host: 'nc1',
      source: 'nc:nc1',
    });
  });

  it('makes a new record when it is raised after it was cleared', async () => {
    const { book, reported } = await setUp();
    await book.observeEvent(event(1000));
    await book.observeCycle('nc1', cycleAt(2000, { state: 'running', reason: 'booted' }));
    await book.observeEvent(event(3000));
    expect(new Set(reported.map(({ id }) => id)).size).toBe(2);
  });

  it('does not let a cycle that began earlier clear what an event raised', async () => {
    const { book, reported } = await setUp();
    await book.observeEvent(event(1000));
    await book.observeCycle('nc1', cycleAt(999, { state: 'running', reason: 'booted' }));
    expect(reported).toHaveLength(1);
  });

  it('clears the alarms of a domain that is gone, and keeps those of a state that is not known', async () => {
    const { book, reported } = await setUp();
    await book.observeEvent(event(1000));
    await book.observeEvent(event(1001, null));
    await book.observeCycle('nc1', cycleAt(2000, null));
    expect(reported.map(({ cleared }) => cleared)).toEqual([undefined, undefined, 2000]);
  });

  it('keeps an open alarm, with its id, over a restart of the exporter', async () => {
    const first = await setUp();
    await first.book.observeEvent(event(1000));
    const second = await setUp(first.file);
    await second.book.observeCycle('nc1', cycleAt(2000, { state: 'crashed', reason: 'panicked' }));
    expect(second.reported).toEqual([]);
    await second.book.observeCycle('nc1', cycleAt(3000, { state: 'running', reason: 'booted' }));
    expect(second.reported).toMatchObject([{ id: first.reported[0]?.id, cleared: 3000 }]);
  });

  it('reports after a restart what it was killed before reporting, under the same id', async () => {
    const killed = await setUp(undefined, () => Promise.reject(new Error('killed here')));
    await expect(killed.book.observeEvent(event(1000))).rejects.toThrow('killed here');
    const onDisk = JSON.parse(await readFile(killed.file, 'utf8')) as { unsettled: { report: AlarmReport }[] };
    const second = await setUp(killed.file);
    expect(second.reported).toEqual([onDisk.unsettled[0]?.report.alarm]);
    const third = await setUp(killed.file);
    expect(third.reported).toEqual([]);
  });

  it('reports an alarm also while its file cannot be written, and writes it with the next cycle', async () => {
    const { book, reported, file } = await setUp();
    const dir = dirname(file);
    await rename(dir, `${dir}-away`);
    await book.observeEvent(event(1000));
    expect(reported).toHaveLength(1);
    await rename(`${dir}-away`, dir);
    await book.observeCycle('nc1', cycleAt(2000, { state: 'crashed', reason: 'panicked' }));
    const again = await setUp(file);
    await again.book.observeCycle('nc1', cycleAt(3000, { state: 'running', reason: 'booted' }));
    expect(again.reported).toMatchObject([{ id: reported[0]?.id, cleared: 3000 }]);
  });

  it('puts a damaged file aside and begins anew, because watching the host matters more', async () => {
    const file = await newFile();
    await writeFile(file, '{"open":[{"id":7}]');
    const { book, reported } = await setUp(file);
    await book.observeEvent(event(1000));
    expect(reported).toHaveLength(1);
    expect(await readFile(`${file}.damaged`, 'utf8')).toBe('{"open":[{"id":7}]');
  });

  it('makes records that keep to their limits, whatever a domain is called', async () => {
    const { book, reported } = await setUp();
    await book.observeCycle('nc1', cycleAt(1, { state: 'crashed', reason: 'panicked' }, '"\n\u{1f4a5}'.repeat(200)));
    expect(reported.every((alarm) => Value.Check(Alarm, alarm))).toBe(true);
    expect(reported).toHaveLength(1);
  });
});
