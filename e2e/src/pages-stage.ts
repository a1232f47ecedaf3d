import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Alarm, OperationRecord } from '@faultline/contracts';
import { FakeLibvirtd } from '@faultline/libvirt/testing';
import { Closers } from './closers.ts';
import { startExporter, startOms, until, type Oms } from './programs.ts';

export const HOST = 'hv1';
/** As long as libvirt takes it, and longer than any column. */
export const LONG_NAME = `billing-${'very-'.repeat(30)}long-name-of-a-vm`;
export const SILENT_HOST = 'hv2';

/** An OMS with what an operator's day may hold, filled as its users fill it: over HTTP, and by an exporter on a host. */
export interface Stage {
  oms: Oms;
  libvirtd: FakeLibvirtd;
  uuidOf: (name: string) => string;
  close: () => Promise<void>;
}

/** @param vms how many VMs the host has; a few of them are in trouble */
export async function startStage({ vms, args = [] }: { vms: number; args?: string[] }): Promise<Stage> {
  const closers = new Closers();
  const data = await mkdtemp(join(tmpdir(), 'faultline-pages-'));
  closers.add(() => rm(data, { recursive: true, force: true }));
  const libvirtd = await FakeLibvirtd.start({
    hostname: HOST,
    domains: Array.from({ length: vms }, (_, index) => domainAt(index)),
  });
  closers.add(() => libvirtd.stop());
  const exporter = await startExporter({ libvirtUri: libvirtd.uri, cycleInterval: '2s' });
  closers.add(() => exporter.end());
  const control = ['--control.host', `${HOST}=${libvirtd.uri}`];
  const scrape = ['--scrape.url', exporter.metricsUrl, '--scrape.interval', '2s'];
  const oms = await startOms(data, [...control, ...scrape, ...args]);
  closers.add(() => oms.end());
  const uuidOf = (name: string): string => libvirtd.domainNamed(name).uuid;
  await until(
    `${vms} VMs are known`,
    async () => {
      const response = await fetch(`${oms.url}/api/v1/vms`);
      return ((await response.json()) as { vms: unknown[] }).vms.length === vms;
    },
    60_000,
  );
  await fill(oms.url, uuidOf);
  return { oms, libvirtd, uuidOf, close: () => closers.close() };
}

function domainAt(index: number) {
  if (index === 0) return { name: LONG_NAME };
  if (index === 1) return { name: 'web-1', state: 'crashed' as const };
  if (index === 2) return { name: 'web-2', state: 'shutoff' as const };
  if (index === 3) return { name: 'db-1', state: 'paused' as const };
  return { name: `vm-${index}` };
}

async function post(url: string, body: unknown, method = 'POST'): Promise<void> {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(url, { method, headers, body: JSON.stringify(body) });
  if (!response.ok && response.status !== 404) throw new Error(`${url}: ${response.status} ${await response.text()}`);
}

async function fill(url: string, uuidOf: (name: string) => string): Promise<void> {
  const now = Date.now();
  const minutesAgo = (minutes: number): number => now - minutes * 60_000;
  const vm = (name: string) => ({ uuid: uuidOf(name), name });
  const alarm = (id: string, more: Partial<Alarm>) => ({
    type: 'alarm',
    id: `report-${id}`,
    alarm: {
      ...{ id, key: id, name: 'GuestPanicked', category: 'processing', level: 'critical', cause: 'the guest panicked' },
      ...{ details: { 'pvpanic event': 'panicked', 'guest agent': 'not connected' }, host: HOST, occurrences: 1 },
      ...{ raised: minutesAgo(12), changed: minutesAgo(12), source: `nc:${HOST}` },
      ...more,
    },
  });
  const many = Array.from({ length: 130 }, (_, index) =>
    alarm(`old-${index}`, {
      ...{ name: 'HighCpu', level: 'warning', category: 'quality-of-service', cause: 'CPU above 95 % for 5 min' },
      ...{ vm: vm('vm-5'), raised: minutesAgo(600 + index), changed: minutesAgo(500), cleared: minutesAgo(500) },
    }),
  );
  const reports = [
    ...many,
    alarm('panic', { vm: vm('web-1'), occurrences: 3 }),
    alarm('disk', {
      ...{ name: 'PoolAlmostFull', level: 'major', category: 'equipment', vm: vm(LONG_NAME), raised: minutesAgo(90) },
      cause: `pool vols has 2 % left, and ${'a very long cause without an end '.repeat(12)}`,
    }),
    alarm('fan', { name: 'FanSlow', level: 'minor', category: 'environmental', cause: 'fan 3 turns at 900/min' }),
    alarm('ping', { name: 'GuestSilent', level: 'indeterminate', category: 'communications', vm: vm('vm-6') }),
    alarm('slow', { name: 'HighCpu', level: 'warning', category: 'quality-of-service', vm: vm('vm-7') }),
  ];
  await post(`${url}/api/v1/reports`, { host: HOST, reports });
  await post(`${url}/api/v1/reports`, {
    host: SILENT_HOST,
    reports: [
      {
        ...{ type: 'domain-event', id: 'gone-1', at: minutesAgo(180), event: 'lifecycle', detail: 'started (booted)' },
        vm: { uuid: '99999999-9999-4999-8999-999999999999', name: 'far-away' },
        observed: { state: 'running', reason: 'booted' },
      },
    ],
  });
  await post(`${url}/api/v1/alarms/slow/shelve`, { by: 'ana', note: 'a nightly build', until: now + 3_600_000 });
  await post(`${url}/api/v1/alarms/ping/acknowledge`, { by: 'bob', note: 'looking at it' });
  const operations = Array.from({ length: 130 }, (_, index) => recordAt(index, now, vm));
  await post(`${url}/api/v1/operation-records`, { operations });
  await post(`${url}/api/v1/vms/${uuidOf('web-1')}`, FACTS, 'PATCH');
  await post(`${url}/api/v1/vms/${uuidOf('vm-5')}`, { owner: 'ana', addresses: ['192.0.2.5'] }, 'PATCH');
  await post(`${url}/api/v1/fault-reports`, {
    ...{ id: 'ticket-17', user: 'ana', reporter: 'help desk', symptom: 'The shop does not answer since lunch.' },
  });
  await post(`${url}/api/v1/fault-reports`, {
    ...{ id: 'ticket-18', vmName: 'no-such-vm', reporter: 'help desk', symptom: 'Everything is slow.' },
  });
}

const FACTS = {
  ...{ owner: 'ana', project: 'shop', group: 'front', important: true },
  addresses: ['192.0.2.10', '2001:db8::10', '52:54:00:12:34:56'],
};

function recordAt(index: number, now: number, vm: (name: string) => { uuid: string; name: string }): OperationRecord {
  const started = now - (index + 1) * 420_000;
  const failed = index % 9 === 2;
  return {
    ...{ id: `nova-${index}`, kind: (['start', 'snapshot', 'migrate', 'stop'] as const)[index % 4] ?? 'start' },
    ...{ initiator: index % 3 === 0 ? 'ana' : 'nova', started, ended: started + 340 + index * 977, source: 'nova' },
    vm: vm(index % 7 === 0 ? LONG_NAME : `vm-${5 + (index % 20)}`),
    result: failed ? ('failed' as const) : ('ok' as const),
    ...(failed ? { cause: `BRM could not write: no space is left in pool vols of ${HOST}` } : {}),
    hops: [
      {
        ...{ seq: 0, from: { role: 'nova-api' }, to: { role: 'nova-compute', node: HOST }, message: 'asks for it' },
        ...{ direction: 'request' as const, at: started, ended: started + 40, result: 'ok' as const },
        observed: 'reported' as const,
      },
      {
        ...{ seq: 1, parent: 0, from: { role: 'nova-compute', node: HOST }, to: { role: 'nova-compute', node: HOST } },
        ...{ message: 'does it', direction: 'local' as const, at: started + 40, ended: started + 340 },
        ...(failed ? { result: 'failed' as const, cause: 'no space left' } : { result: 'ok' as const }),
        observed: 'reported' as const,
      },
    ],
  };
}
