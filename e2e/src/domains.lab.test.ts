import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { METRICS } from '@faultline/contracts';
import { Lab, type LabGuest, type LabHost } from '@faultline/lab';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { scrape } from './benches/exporter/page.ts';
import { startOurs, startTheirs, type Subject } from './benches/exporter/subjects.ts';
import { Closers } from './closers.ts';
import { until } from './programs.ts';
import { matches, seriesOf, type Series } from './series.ts';

const MINUTE = 60_000;
const POOL = '/var/lib/libvirt/images';
const NOVA = `<metadata><nova:instance xmlns:nova='http://openstack.org/xmlns/libvirt/nova/1.1'><nova:name>shop</nova:name>
  <nova:flavor name='m1.small'/><nova:owner><nova:user uuid='u-1'>ann</nova:user><nova:project uuid='p-1'>web</nova:project>
  </nova:owner></nova:instance></metadata>`;

/** Told of a domain by a host that does not own it, too: what it does there, not what it is and uses. */
const OF_ANY_COPY = /^libvirt_domain_(state|state_reason_info|migrating|events_total|last_job_\w+|control_state\w*)$/;

/** What a running guest with a disk and a NIC has under the names of inovex's exporter, beside `info` families. */
const RUNNING = [
  ...['state', 'maximum_memory_bytes', 'memory_usage_bytes', 'virtual_cpus', 'cpu_time_seconds_total'].map(
    (name) => `info_${name}`,
  ),
  ...['current', 'maximum', 'state', 'time_seconds_total', 'wait_seconds_total', 'delay_seconds_total'].map(
    (name) => `vcpu_${name}`,
  ),
  ...['read', 'write'].flatMap((way) =>
    ['bytes', 'requests', 'time_seconds'].map((what) => `block_stats_${way}_${what}_total`),
  ),
  ...['flush_requests_total', 'flush_time_seconds_total', 'capacity_bytes'].map((name) => `block_stats_${name}`),
  ...['receive', 'transmit'].flatMap((way) =>
    ['bytes', 'packets', 'errors', 'drops'].map((what) => `interface_stats_${way}_${what}_total`),
  ),
  ...['current_balloon', 'maximum', 'swap_in', 'swap_out', 'unused', 'available', 'usable', 'disk_caches', 'rss'].map(
    (name) => `memory_stats_${name}_bytes`,
  ),
  ...['major_fault', 'minor_fault', 'hugetlb_pgalloc', 'hugetlb_pgfail'].map((name) => `memory_stats_${name}_total`),
  ...['last_update_timestamp_seconds', 'used_percent'].map((name) => `memory_stats_${name}`),
  ...['info', 'block_stats_info', 'interface_stats_info', 'job_info_type', 'timed_out'],
].map((name) => `libvirt_domain_${name}`);

describe('the domains of real libvirt hosts', () => {
  const closers = new Closers();
  let hosts: { a: LabHost; b: LabHost };
  let running: LabGuest;
  let paused: LabGuest;
  let stopped: LabGuest;
  let ours: { a: Subject; b: Subject };

  beforeAll(async () => {
    const folder = await mkdtemp(join(tmpdir(), 'faultline-domains-'));
    closers.add(() => rm(folder, { recursive: true, force: true }));
    const labFolder = join(folder, 'lab');
    closers.add(() => Lab.down(labFolder));
    const guests = ['runs', 'pauses', 'stops'].map((name) => ({ name, memoryMiB: 96, host: 'hA' }));
    const lab = await Lab.up({ folder: labFolder, hosts: 2, guests, boot: false });
    hosts = { a: lab.host('hA'), b: lab.host('hB') };
    [running, paused, stopped] = [lab.guest('runs'), lab.guest('pauses'), lab.guest('stops')];
    const xml = await hosts.a.virsh(['dumpxml', stopped.uuid]);
    await writeFile(join(folder, 'nova.xml'), xml.replace('<os>', `${NOVA}<os>`));
    await hosts.a.virsh(['define', join(folder, 'nova.xml')]);
    await hosts.a.virsh(['pool-create-as', 'images', 'dir', '--target', POOL]);
    const flags = ['--cycle.interval', '500ms', '--metrics.legacy-names'];
    ours = {
      a: await startOurs(hosts.a.readOnlyUri, closers, flags),
      b: await startOurs(hosts.b.readOnlyUri, closers, flags),
    };
    // While the exporter watches, so that it counts the event; and at once, as one that boots is enough.
    await paused.start();
    await hosts.a.virsh(['suspend', paused.uuid]);
    await running.start();
    await running.waitForAgent(2 * MINUTE);
  }, 4 * MINUTE);

  afterAll(() => closers.close(), MINUTE);

  const pageOf = async ({ url }: Subject): Promise<Series[]> => seriesOf((await scrape(url)).text);
  const valuesOf = (page: readonly Series[], name: string, labels: Series['labels'] = {}): number[] =>
    page.filter((series) => matches(series, name, labels)).map(({ value }) => value);

  /** A page whose cycle began after now. */
  async function nextPage(subject: Subject): Promise<Series[]> {
    const from = Date.now() / 1000;
    return until(
      'a new cycle',
      async () => {
        const page = await pageOf(subject);
        return (valuesOf(page, 'faultline_cycle_timestamp_seconds')[0] ?? 0) > from ? page : undefined;
      },
      20_000,
    );
  }

  it('have the same values as from Debian’s exporter, for every series that it has', async () => {
    const theirs = await startTheirs(hosts.a, closers);
    const before = await pageOf(theirs);
    const mine = await nextPage(ours.a);
    const after = await pageOf(theirs);
    await theirs.end();

    const ofLibvirt = after.filter(({ name }) => name.startsWith('libvirt_'));
    const missing: string[] = [];
    const different: string[] = [];
    let still = 0;
    for (const their of ofLibvirt) {
      const is = (series: Series) => matches(series, their.name, their.labels);
      const [our, ...more] = mine.filter(is);
      const first = before.find(is)?.value ?? NaN;
      if (first === their.value) still += 1;
      const told = `${their.name}${JSON.stringify(their.labels)}: ${first} to ${their.value}, ours ${our?.value}`;
      if (our === undefined || more.length > 0) missing.push(told);
      // Read between the two: equal where nothing moves, which is everything of a guest that stands still.
      else if (!(first <= our.value && our.value <= their.value)) different.push(told);
      // Answering its monitor costs the QEMU of a paused guest CPU time, too.
      const standsStill = their.labels['uuid'] === paused.uuid && their.name !== METRICS.domainCpuTime;
      if (standsStill) expect([told, first]).toEqual([told, their.value]);
    }
    process.stdout.write(
      `compared with Debian's exporter: ${ofLibvirt.length} series, ${still} of them standing still\n`,
    );
    expect({ missing, different }).toEqual({ missing: [], different: [] });
    // 17 of each active guest (state code, 4 of its info, 4 of its disk, 8 of its NIC), libvirt_up and libvirt_domains_number.
    expect(ofLibvirt).toHaveLength(36);
    // What else it has is about its own process.
    expect(after.filter(({ name }) => !/^(libvirt|go|process|promhttp)_/.test(name))).toEqual([]);
    expect(JSON.stringify(after)).not.toContain(stopped.uuid);
  });

  it('have every family of the exporters before, with values of a real guest', async () => {
    const page = await nextPage(ours.a);
    const labels = { domain: running.name, uuid: running.uuid };
    expect(RUNNING.filter((name) => valuesOf(page, name, labels).length === 0)).toEqual([]);
    expect(valuesOf(page, 'libvirt_domain_block_stats_capacity_bytes', labels)).toEqual([16 * 2 ** 20]);
    expect(valuesOf(page, 'libvirt_domain_memory_stats_maximum_bytes', labels)).toEqual([96 * 2 ** 20]);
    const bus = { ...labels, target_device: 'vda', target_bus: 'virtio', driver_type: 'raw', disk_type: 'file' };
    expect(valuesOf(page, 'libvirt_domain_block_stats_info', bus)).toEqual([1]);
    const nic = { ...labels, source_bridge: 'br0', mac_address: running.settings.mac, model_type: 'virtio' };
    expect(valuesOf(page, 'libvirt_domain_interface_stats_info', nic)).toEqual([1]);
    expect(valuesOf(page, 'libvirt_domain_job_info_type', labels)).toEqual([0]);
    expect(valuesOf(page, 'libvirt_storage_pool_state', { storage_pool: 'images' })).toEqual([2]);
    expect(valuesOf(page, 'libvirt_storage_pool_capacity_bytes', { storage_pool: 'images' })[0]).toBeGreaterThan(1e6);
  });

  it('tell of stopped and paused ones too, and count what happened', async () => {
    const page = await nextPage(ours.a);
    const of = (guest: LabGuest) => ({ domain: guest.name, uuid: guest.uuid });
    expect(valuesOf(page, 'libvirt_domain_state', { ...of(stopped), state: 'shutoff' })).toEqual([1]);
    expect(valuesOf(page, 'libvirt_domain_info_memory_usage_bytes', of(stopped))).toEqual([0]);
    const openstack = { ...of(stopped), instance_name: 'shop', flavor_name: 'm1.small', project_id: 'p-1' };
    expect(valuesOf(page, 'libvirt_domain_openstack_info', openstack)).toEqual([1]);
    expect(valuesOf(page, 'libvirt_domain_state_reason_info', { ...of(paused), reason: 'user' })).toEqual([1]);
    const suspended = { ...of(paused), event: 'suspended', detail: 'paused' };
    expect(valuesOf(page, 'libvirt_domain_events_total', suspended)).toEqual([1]);
  });

  it(
    'are owned by one host at most, before, during and after a live migration',
    async () => {
      const { uuid } = running;
      const of = { uuid };
      const over = new AbortController();
      const migration = hosts.a
        .virsh(
          // Slow enough to be looked at, and the definition stays behind.
          [
            'migrate',
            uuid,
            hosts.b.migrationUri,
            `tcp://${hosts.b.address}`,
            '--live',
            '--p2p',
            '--persistent',
            '--unsafe',
            '--bandwidth',
            '20',
          ],
          { deadlineMs: MINUTE },
        )
        .finally(() => {
          over.abort();
        });
      const seen = { scrapes: 0, a: 0, b: 0, comingBesideOwner: 0, progress: 0 };
      const claimedTwice: string[] = [];
      const look = async () => {
        const [a, b] = await Promise.all([pageOf(ours.a), pageOf(ours.b)]);
        const claims = (page: readonly Series[]) =>
          new Set(
            page
              .filter(({ name, labels }) => labels['uuid'] === uuid && !OF_ANY_COPY.test(name))
              .map(({ name }) => name),
          );
        const ofB = claims(b);
        claimedTwice.push(...[...claims(a)].filter((name) => ofB.has(name)));
        const runs = [a, b].filter(
          (page) => valuesOf(page, 'libvirt_domain_state', { uuid, state: 'running' })[0] === 1,
        );
        if (runs.length > 1) claimedTwice.push('running');
        const owners = [a, b].map((page) => valuesOf(page, 'libvirt_domain_info', of).length);
        seen.scrapes += 1;
        seen.a += owners[0] ?? 0;
        seen.b += owners[1] ?? 0;
        const comes = valuesOf(b, 'libvirt_domain_migrating', { uuid, direction: 'in' }).length;
        seen.comingBesideOwner += comes * (owners[0] ?? 0);
        seen.progress += valuesOf(a, 'libvirt_domain_job_info_data_remaining_bytes', of).length;
        return { a, b };
      };
      while (!over.signal.aborted) {
        await look();
        await pause(10);
      }
      await migration;
      const after = await until(
        'the destination to own it and the source to have seen it go',
        async () => {
          const { a, b } = await look();
          const isThere = valuesOf(b, 'libvirt_domain_info', of).length === 1;
          return isThere && valuesOf(a, 'libvirt_domain_state', { uuid, state: 'shutoff' })[0] === 1
            ? { a, b }
            : undefined;
        },
        20_000,
        10,
      );
      process.stdout.write(`scraped both hosts during a migration: ${JSON.stringify(seen)}\n`);
      expect(claimedTwice).toEqual([]);
      for (const [what, count] of Object.entries(seen)) expect([what, count > 0]).toEqual([what, true]);
      const left = { uuid, state: 'shutoff', reason: 'migrated' };
      expect(valuesOf(after.a, 'libvirt_domain_state_reason_info', left)).toEqual([1]);
      expect(
        valuesOf(after.a, 'libvirt_domain_last_job_time_elapsed_seconds', { uuid, operation: 'migration-out' })[0],
      ).toBeGreaterThan(1);
      for (const page of [after.a, after.b]) {
        expect(valuesOf(page, 'libvirt_domain_job_info_data_remaining_bytes', of)).toEqual([]);
        expect(valuesOf(page, 'libvirt_domain_migrating', of)).toEqual([]);
      }
    },
    2 * MINUTE,
  );
});
