import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { FrameJson, QueryAnswer, OmsStatus, VmList } from '@faultline/contracts';
import { pino } from 'pino';
import { readConfig } from '../config.ts';
import { startOms, type Oms } from '../oms.ts';
import { metricsText } from '../testing/metrics-text.ts';
import { openRecording, RecordingInvalidError } from './index.ts';
import { WITHOUT_THREADS } from '../testing/context.ts';

const VM = { uuid: '11111111-1111-4111-8111-111111111111', name: 'web' };
const T = 1_700_000_000_000;
const SCENARIO = {
  name: 'guest-panic',
  title: 'A guest panics',
  recorded: T,
  from: T,
  to: T + 30_000,
  host: 'hA',
  vm: VM,
};

/** Writes a small recording: the VM runs, panics at 12 s, and a stop fails at 20 s. */
function writeRecording(folder: string): void {
  const scrapes = [0, 5, 10, 15, 20, 25].map((seconds) => {
    const raw =
      seconds < 12
        ? ({ state: 'running', reason: 'booted' } as const)
        : ({ state: 'crashed', reason: 'panicked' } as const);
    const text = metricsText({
      number: seconds,
      at: T + seconds * 1000,
      domains: [{ ...VM, raw, cpuTimeSeconds: seconds / 2 }],
    });
    return { at: T + seconds * 1000 + 40, text };
  });
  const event = {
    type: 'domain-event',
    id: 'e1',
    at: T + 12_000,
    vm: VM,
    event: 'lifecycle',
    detail: 'crashed (panicked)',
    observed: { state: 'crashed', reason: 'panicked' },
  };
  const operation = {
    id: 'op1',
    vm: VM,
    kind: 'stop',
    initiator: 'ana',
    started: T + 20_000,
    ended: T + 21_000,
    result: 'failed',
    cause: 'no answer',
    source: 'faultline',
    hops: [],
  };
  const lines = (values: unknown[]): string => values.map((value) => `${JSON.stringify(value)}\n`).join('');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'scenario.json'), JSON.stringify(SCENARIO));
  writeFileSync(join(folder, 'scrapes.jsonl'), lines(scrapes));
  writeFileSync(join(folder, 'reports.jsonl'), lines([{ host: 'hA', reports: [event] }]));
  writeFileSync(join(folder, 'operations.jsonl'), lines([operation]));
}

describe('replaying a recorded incident', () => {
  let folder: string;
  let oms: Oms | undefined;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'faultline-replay-'));
    writeRecording(join(folder, 'scenario'));
  });
  afterEach(async () => {
    await oms?.close();
    oms = undefined;
    rmSync(folder, { recursive: true, force: true });
  });

  const start = async (): Promise<string> => {
    const args = [
      ...WITHOUT_THREADS,
      '--web.listen-address',
      '127.0.0.1:0',
      '--data.dir',
      join(folder, 'data'),
      '--replay.dir',
      join(folder, 'scenario'),
    ];
    oms = await startOms(readConfig(args, {}), pino({ level: 'silent' }));
    return oms.url;
  };
  const get = async (url: string): Promise<unknown> => (await fetch(url)).json();
  const timeline = async (url: string): Promise<FrameJson[]> => {
    const body = JSON.stringify({ type: 'timeline', vm: VM.uuid, from: T, to: T + 30_000 });
    const answer = await fetch(`${url}/api/v1/query`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    });
    return ((await answer.json()) as QueryAnswer).frames;
  };

  it('shows it as it was at its end, at its own times, and says that it is a recording', async () => {
    const url = await start();
    const { recording, now } = (await get(`${url}/api/v1/status`)) as OmsStatus;
    expect([recording, now]).toEqual([
      { name: 'guest-panic', title: 'A guest panics', from: T, to: T + 30_000 },
      T + 30_000,
    ]);
    expect(((await get(`${url}/api/v1/vms`)) as VmList).vms).toMatchObject([{ ...VM, host: 'hA', state: 'abnormal' }]);
    const [, state, operations] = await timeline(url);
    expect(state?.data.values.slice(0, 3)).toEqual([
      [T, T + 12_000],
      [T + 12_000, null],
      ['running', 'abnormal'],
    ]);
    expect(operations?.data.values[2]).toEqual(['op1']);
  });

  it('keeps it apart from the records of this machine, and finds it at the next start', async () => {
    const first = await timeline(await start());
    await oms?.close();
    const mark = join(folder, 'data/recorded/recording.txt');
    const signature = readFileSync(mark, 'utf8');
    expect(existsSync(join(folder, 'data/faultline.db'))).toBe(false);
    expect(await timeline(await start())).toEqual(first);
    expect(readFileSync(mark, 'utf8')).toBe(signature);
  });

  it('plays it again from where a killed start left it, to the same end', async () => {
    const whole = await timeline(await start());
    await oms?.close();
    rmSync(join(folder, 'data/recorded/recording.txt'));
    expect(await timeline(await start())).toEqual(whole);
  });

  it('plays a recording anew when it was recorded anew', async () => {
    await start();
    await oms?.close();
    writeFileSync(join(folder, 'scenario/operations.jsonl'), '');
    expect((await timeline(await start()))[2]?.data.values[2]).toEqual([]);
  });

  it.each<[string, string, string | null, string]>([
    ['scenario.json', 'no scenario', null, 'ENOENT'],
    ['scenario.json', 'no JSON', '{', 'scenario.json: not JSON'],
    ['scenario.json', 'no VM', JSON.stringify({ ...SCENARIO, vm: undefined }), 'scenario.json: /vm'],
    ['scenario.json', 'a path for a name', JSON.stringify({ ...SCENARIO, name: '../x' }), 'scenario.json: /name'],
    ['scenario.json', 'no time', JSON.stringify({ ...SCENARIO, to: T }), '/to is not after /from'],
    ['scrapes.jsonl', 'no scrapes', null, 'scrapes.jsonl: ENOENT'],
    ['scrapes.jsonl', 'half a line', '{"at":1,"text":"x', 'scrapes.jsonl, line 1: not JSON'],
    [
      'scrapes.jsonl',
      'other metrics',
      '\n\n{"at":1,"text":"<html>"}\n',
      'scrapes.jsonl, line 3: line 1 of the metrics',
    ],
    [
      'scrapes.jsonl',
      'no cycle',
      '{"at":1,"text":"a 1"}\n',
      'scrapes.jsonl, line 1: faultline_host_info does not name the host',
    ],
    [
      'reports.jsonl',
      'a strange report',
      '{"host":"hA","reports":[{"type":"x"}]}',
      'reports.jsonl, line 1: /reports/0/type',
    ],
    [
      'reports.jsonl',
      'a report from after the end',
      JSON.stringify({ host: 'hA', reports: [{ type: 'observation-gap', id: 'g', from: T, to: T * 2, cause: '' }] }),
      'reports.jsonl, line 1: /reports/0/to',
    ],
    ['operations.jsonl', 'a strange operation', '{"id":"x"}', 'operations.jsonl, line 1: /vm'],
    ['operations.jsonl', 'what is no text', 'binary', 'operations.jsonl: '],
  ])('refuses in %s %s, and names the place', async (file, _what, content, message) => {
    const scenario = join(folder, 'scenario');
    const hostile = join(folder, 'hostile');
    cpSync(scenario, hostile, { recursive: true });
    rmSync(join(hostile, file));
    if (content !== null)
      writeFileSync(join(hostile, file), content === 'binary' ? Buffer.from([0xff, 0xfe, 0x00]) : content);
    const open = openRecording(hostile, { dataDir: join(folder, 'data'), staleAfterMs: 45_000 });
    await expect(open).rejects.toThrow(RecordingInvalidError);
    await expect(open).rejects.toThrow(message);
    expect(existsSync(join(folder, 'data/recorded'))).toBe(false);
  });
});
