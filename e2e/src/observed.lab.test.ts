import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { freePort, Lab, type LabGuest } from '@faultline/lab';
import { OmsApi } from './api.ts';
import { Closers } from './closers.ts';
import { startExporter, startOms, until } from './programs.ts';
import { openFolder } from './stack.ts';

const MINUTE = 60_000;

/** What the timeline shows of one operation. */
type Shown = [kind: string, initiator: string, result: string];

describe('what others do to VMs beside the OMS, on real libvirt', () => {
  const closers = new Closers();
  let lab: Lab;
  let api: OmsApi;
  let guest: LabGuest;

  beforeAll(async () => {
    const folder = await openFolder(closers);
    closers.add(() => Lab.down(folder));
    lab = await Lab.up({ folder, hosts: 2, guests: [{ name: 'vm1', host: 'hA' }] });
    guest = lab.guest('vm1');
    const work = await openFolder(closers);
    const ports = await Promise.all(lab.hosts.map(() => freePort()));
    const oms = await startOms(join(work, 'oms'), [
      ...ports.flatMap((port) => ['--scrape.url', `http://127.0.0.1:${port}/metrics`]),
      ...['--scrape.interval', '1s', '--control.host', `hA=${lab.host('hA').uri}`],
    ]);
    closers.add(() => oms.end());
    api = new OmsApi(oms.url);
    for (const [index, { name, uri }] of lab.hosts.entries()) {
      const exporter = await startExporter({
        libvirtUri: uri,
        omsUrl: oms.url,
        spoolDir: join(work, `spool-${name}`),
        cycleInterval: '1s',
        port: ports[index] ?? 0,
        args: ['--host.name', name],
      });
      closers.add(() => exporter.end());
    }
    await until('the VM is known', async () => (await api.vms()).some(({ uuid }) => uuid === guest.uuid), 30_000);
  }, 3 * MINUTE);

  afterAll(() => closers.close(), MINUTE);

  async function shownSince(from: number): Promise<Shown[]> {
    const { operations } = await api.timeline(guest.uuid, from, Date.now() + 1000);
    const { kind = [], initiator = [], result = [], time = [] } = operations ?? {};
    const rows = kind.map((each, i) => [time[i], [each, initiator[i], result[i]]] as [number, Shown]);
    return rows.filter(([at]) => at >= from).map(([, row]) => row);
  }
  const shows = (from: number, ...wanted: Shown[]): Promise<Shown[]> =>
    until(
      JSON.stringify(wanted),
      async () => {
        const rows = await shownSince(from);
        return JSON.stringify(rows) === JSON.stringify(wanted) ? rows : undefined;
      },
      20_000,
    ).catch(async (error: unknown) => {
      throw new Error(`shown is ${JSON.stringify(await shownSince(from))}`, { cause: error });
    });

  it(
    'becomes observed operations of someone unknown, each once',
    async () => {
      const from = Date.now();
      await guest.host.virsh(['suspend', guest.uuid]);
      await guest.host.virsh(['resume', guest.uuid]);
      await guest.host.virsh(['reset', guest.uuid]);
      await shows(from, ['suspend', 'unknown', 'ok'], ['resume', 'unknown', 'ok'], ['reboot', 'unknown', 'ok']);
      await guest.stop({ mode: 'destroy' });
      await guest.start();
      await shows(
        from,
        ['suspend', 'unknown', 'ok'],
        ['resume', 'unknown', 'ok'],
        ['reboot', 'unknown', 'ok'],
        ['stop', 'unknown', 'ok'],
        ['start', 'unknown', 'ok'],
      );
    },
    MINUTE,
  );

  it(
    'is the guest’s own where the guest shuts itself down',
    async () => {
      await guest.waitForAgent();
      const from = Date.now();
      await guest.stop({ mode: 'agent' });
      await shows(from, ['stop', 'guest', 'ok']);
    },
    MINUTE,
  );

  it(
    'is nothing more where the OMS did it (A36, A37)',
    async () => {
      const from = Date.now();
      const perform = (id: string, kind: 'start' | 'stop') =>
        api.perform({ id, vm: guest.uuid, kind, initiator: 'alice', ...(kind === 'stop' ? { force: true } : {}) });
      expect(await perform('obs-start', 'start')).toMatchObject({ result: 'ok' });
      expect(await perform('obs-stop', 'stop')).toMatchObject({ result: 'ok' });
      const stopped = Date.now();
      // One of others afterwards, so that the events before it are known to have been judged.
      await until('apart from ours', () => Promise.resolve(Date.now() - stopped > 11_000), 15_000);
      const begun = Date.now();
      await guest.start();
      await shows(begun, ['start', 'unknown', 'ok']);
      expect(await shownSince(from)).toEqual([
        ['start', 'alice', 'ok'],
        ['stop', 'alice', 'ok'],
        ['start', 'unknown', 'ok'],
      ]);
    },
    MINUTE,
  );

  it(
    'is one migration between two hosts (A38)',
    async () => {
      await guest.waitForAgent();
      const from = Date.now();
      const { migrationUri } = lab.host('hB');
      await guest.host.virsh(['migrate', '--live', '--p2p', '--unsafe', guest.uuid, migrationUri], {
        deadlineMs: MINUTE,
      });
      await shows(from, ['migrate', 'unknown', 'ok']);
      const { operations } = await api.timeline(guest.uuid, from, Date.now() + 1000);
      const { hops, source } = await api.operation((operations?.id ?? []).at(-1) as string);
      expect(source).toBe('libvirt');
      expect(hops).toMatchObject([
        {
          from: { role: 'NC', node: 'hA' },
          message: 'NC migrates the VM to hB',
          direction: 'local',
          observed: 'inferred',
        },
      ]);
    },
    2 * MINUTE,
  );
});
