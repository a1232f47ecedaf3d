import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { METRICS, type HostReportBatch } from '@faultline/contracts';
import { Closers } from '../../closers.ts';
import { until } from '../../programs.ts';
import { BATCH, post, uuidOf } from './events.ts';
import type { OpenStore, Store } from './stores.ts';

export const DAY_MS = 86_400_000;
const STEP_MS = 30_000;
const CYCLES = DAY_MS / STEP_MS;
/** Addresses of one exporter, each of which answers with the next cycle: a day of them comes in a minute, nearly in order. */
const ADDRESSES = 50;

/** The VM whose day is lived through, and after which the others are made. */
const FIRST_VM = 1_000_000;
const HOST = 'day0';

/** A day that one VM lived, as a store has it. */
export interface Day {
  /** ms */
  from: number;
  to: number;
}

/** The UUID of the VM that has the same day in every copy. */
export const vmOfCopy = (copy: number): string => uuidOf(FIRST_VM + copy);

/** Fills a store with one VM's last 24 hours, through an OMS that scrapes them and is told of events. */
export async function liveOneDay(store: Store, now: number): Promise<Day> {
  const day = { from: now - DAY_MS, to: now };
  const closers = new Closers();
  try {
    const exporter = await startExporterOfPast(day.from, closers);
    const urls = Array.from({ length: ADDRESSES }, (_, n) => ['--scrape.url', `${exporter.url}?n=${n}`]).flat();
    const oms = await store.startOms([...urls, '--scrape.interval', '500ms']);
    closers.add(() => oms.end());
    await post(`${oms.url}/api/v1/reports`, JSON.stringify(eventsOf(day)));
    const open = await store.open();
    closers.add(() => open.close());
    await until('the day is stored', async () => (await open.count('cycles')) === CYCLES, 240_000);
    return day;
  } finally {
    await closers.close();
  }
}

/**
 * An exporter whose cycles are those of a day that is past: each scrape is answered with the next one, and after the last with the first
 * again, because a scrape may have been given up before its answer was read.
 */
async function startExporterOfPast(from: number, closers: Closers): Promise<{ url: string }> {
  let asked = 0;
  const server = createServer((_request, response) => {
    const number = 1 + (asked % CYCLES);
    asked += 1;
    response.end(cycleText(number, from + number * STEP_MS - 1));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  closers.add(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/metrics` };
}

/** Events of which the state afterwards is not known, so that the cycles alone tell it. */
function eventsOf({ from }: Day): HostReportBatch {
  const reports = Array.from({ length: BATCH }, (_, number) => ({
    ...{
      type: 'domain-event' as const,
      id: `day-${number}`,
      at: from + Math.floor(((number + 1) * DAY_MS) / (BATCH + 1)),
    },
    ...{ vm: { uuid: vmOfCopy(0), name: 'web' }, event: 'agent', detail: 'connected', observed: null },
  }));
  return { host: HOST, reports };
}

/** CPU seconds of two vCPUs that are used between 5 % and 95 %, now more and now less: the counter never shrinks. */
const cpuSecondsAt = (number: number): number => (STEP_MS / 1000) * (number - 45 * (Math.cos(number / 50) - 1));

function cycleText(number: number, at: number): string {
  const labels = `domain="web",uuid="${vmOfCopy(0)}"`;
  // A minute of every hour it is paused.
  const raw = number % 120 < 2 ? 'state="paused",reason="user"' : 'state="running",reason="booted"';
  return `${[
    `${METRICS.up} 1`,
    `${METRICS.hostInfo}{host="${HOST}",version="0.1.0"} 1`,
    `${METRICS.cycleNumber} ${number}`,
    `${METRICS.cycleTimestamp} ${at / 1000}`,
    `${METRICS.domainStateReason}{${labels},${raw}} 1`,
    `${METRICS.domainVirtualCpus}{${labels}} 2`,
    `${METRICS.domainCpuTime}{${labels}} ${cpuSecondsAt(number).toFixed(3)}`,
    `${METRICS.domainStatsTimestamp}{${labels}} ${at / 1000}`,
  ].join('\n')}\n`;
}

const COPIES_PER_COMMIT = 100;

/** Columns with a time, which a copy of an earlier day has that much earlier. */
const TIMES = new Set([
  'at',
  'minute',
  'hour',
  'from_at',
  'to_at',
  'raised',
  'changed',
  'cleared',
  'started',
  'ended',
  'received',
]);

/** Records in the store: rows of every table. */
export async function recordsIn(open: OpenStore): Promise<number> {
  const counts = await Promise.all((await open.tables()).map((table) => open.count(table)));
  return counts.reduce((sum, count) => sum + count, 0);
}

/**
 * Copies the lived day for other VMs and earlier days, each VM on a host of its own, until the store has so many records.
 *
 * @returns how many VMs have the same last day
 */
export async function multiply(
  open: OpenStore,
  { records, days, day, say }: { records: number; days: number; day: Day; say: (line: string) => void },
): Promise<number> {
  const perDay = await recordsIn(open);
  const copies = Math.ceil(records / perDay);
  const vms = Math.ceil(copies / days);
  const tables = await Promise.all(
    (await open.tables()).map(async (table) => ({ table, columns: await open.columns(table) })),
  );
  await open.makeRoom(day.from - days * DAY_MS, day.to);
  for (const { table } of tables) await open.run(`create temporary table "day_${table}" as select * from "${table}"`);
  await open.run('begin');
  for (let copy = 1; copy < vms * days; copy += 1) {
    // A VM's days are stored in order; the day that was lived is the first VM's last one.
    const vm = Math.floor(copy / days);
    const daysBack = vm === 0 ? days - copy : days - 1 - (copy % days);
    for (const { table, columns } of tables) {
      if (table === 'vms' && (vm === 0 || daysBack > 0)) continue;
      await copyDay(open, { table, columns }, { vm, daysBack });
    }
    if (copy % COPIES_PER_COMMIT !== 0) continue;
    await open.run('commit');
    await open.run('begin');
    say(`${copy} of ${vms * days} days of VMs`);
  }
  await open.run('commit');
  await open.settle();
  return vms;
}

async function copyDay(
  open: OpenStore,
  { table, columns }: { table: string; columns: string[] },
  { vm, daysBack }: { vm: number; daysBack: number },
): Promise<void> {
  const values = columns.map((column) => {
    if (TIMES.has(column)) return `"${column}" - ${daysBack * DAY_MS}`;
    if (column === 'vm' || column === 'uuid') return `'${vmOfCopy(vm)}'`;
    if (column === 'host') return `"${column}" || '-${vm}'`;
    return `"${column}"`;
  });
  const names = columns.map((column) => `"${column}"`).join(', ');
  await open.run(`insert into "${table}" (${names}) select ${values.join(', ')} from "day_${table}"`);
}
