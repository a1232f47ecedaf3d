import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { Alarm, GuestProbeReport, HostReport, HostReportBatch } from '@faultline/contracts';
import { Lab, OUTSIDE_ADDRESS, SWITCH_ADDRESS, type LabGuest } from '@faultline/lab';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { startExporter, until, type Exporter } from './programs.ts';

const MINUTE = 60_000;
const NAMESPACE = 'https://faultline.dev/ns/domain/1';
const SUPPRESS_LIMIT_S = 6;

/** An OMS that keeps what it is told. */
async function startReceiver() {
  const reports: HostReport[] = [];
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      const { reports: received } = JSON.parse(body) as HostReportBatch;
      reports.push(...received);
      response.end(JSON.stringify({ stored: received.length, known: 0 }));
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const close = async (): Promise<void> => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  };
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, reports, close };
}

describe('real guests, looked into through their agents (D1-D20)', () => {
  let folder: string;
  let lab: Lab;
  let exporter: Exporter;
  let receiver: Awaited<ReturnType<typeof startReceiver>>;
  let vm1: LabGuest;
  let vm2: LabGuest;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'faultline-guests-'));
    lab = await Lab.up({
      folder: join(folder, 'lab'),
      hosts: 2,
      guests: [{ name: 'vm1' }, { name: 'vm2' }],
    });
    vm1 = lab.guest('vm1');
    vm2 = lab.guest('vm2');
    for (const guest of [vm1, vm2]) await record(guest, 'extranet');
    receiver = await startReceiver();
    exporter = await startExporter({
      libvirtUri: vm1.host.uri,
      omsUrl: receiver.url,
      spoolDir: join(folder, 'spool'),
      cycleInterval: '500ms',
      args: [
        ...['--guest-agent.interval', '1s', '--guest-agent.call-timeout', '1s', '--guest-agent.ping-wait', '1s'],
        ...['--guest-agent.external-address', OUTSIDE_ADDRESS, '--guest-agent.write-probe'],
        ...['--guest-agent.suppress-limit', `${SUPPRESS_LIMIT_S}s`, '--alarm.guest.rounds', '2'],
      ],
    });
    await untilVerdict(vm1, 'ok');
    await untilVerdict(vm2, 'ok');
  }, 3 * MINUTE);

  afterAll(async () => {
    await exporter.end();
    await receiver.close();
    await lab.down();
    await rm(folder, { recursive: true, force: true });
  }, MINUTE);

  /** Writes what the platform knows of a NIC into the running domain. */
  async function record(guest: LabGuest, type: 'intranet' | 'extranet'): Promise<void> {
    const { mac, address } = guest.settings;
    const nic = `<interface mac='${mac}' type='${type}' gateway='${SWITCH_ADDRESS}' ip='${address}'/>`;
    const target = ['metadata', guest.uuid, '--uri', NAMESPACE, '--key', 'faultline', '--live', '--config'];
    await guest.host.virsh([...target, '--set', `<guest>${nic}</guest>`]);
  }

  const scrape = async (): Promise<string> => (await fetch(exporter.metricsUrl)).text();

  /** The value of a guest's series whose further labels are these. */
  function valueOf(page: string, metric: string, guest: LabGuest, labels = ''): number | undefined {
    const start = `${metric}{domain="${guest.name}",uuid="${guest.uuid}"${labels}`;
    const line = page.split('\n').find((each) => each.startsWith(start));
    return line === undefined ? undefined : Number(line.slice(line.lastIndexOf(' ') + 1));
  }

  async function untilPage(what: string, isSo: (page: string) => boolean, timeoutMs = 30_000): Promise<string> {
    let last = '';
    return until(
      what,
      async () => {
        last = await scrape();
        return isSo(last) ? last : undefined;
      },
      timeoutMs,
    ).catch((error: unknown) => {
      const guests = last.split('\n').filter((line) => /^(faultline_guest|libvirt_domain_guest)/.test(line));
      throw new Error(`${what}; the last page:\n${guests.join('\n')}`, { cause: error });
    });
  }

  const untilVerdict = (guest: LabGuest, verdict: string, timeoutMs?: number): Promise<string> =>
    untilPage(
      `${guest.name}: ${verdict}`,
      (page) => valueOf(page, 'faultline_guest_verdict', guest, `,verdict="${verdict}"`) === 1,
      timeoutMs,
    );

  const untilSuppressed = (guest: LabGuest, reason: string): Promise<string> =>
    untilPage(
      `${guest.name}: silent because of a ${reason}`,
      (page) => valueOf(page, 'libvirt_domain_guest_agent_probe_suppressed', guest, `,reason="${reason}"`) === 1,
    );

  const alarmsOf = (guest: LabGuest, condition: string): Alarm[] =>
    receiver.reports.flatMap((report) =>
      report.type === 'alarm' && report.alarm.key === `${condition}/${guest.uuid}` ? [report.alarm] : [],
    );
  const untilAlarm = (guest: LabGuest, condition: string, state: 'raised' | 'cleared'): Promise<Alarm> =>
    until(
      `${condition} of ${guest.name} ${state}`,
      () => {
        const last = alarmsOf(guest, condition).at(-1);
        return Promise.resolve((last?.cleared !== undefined) === (state === 'cleared') ? last : undefined);
      },
      30_000,
    );
  const probesOf = (guest: LabGuest): GuestProbeReport[] =>
    receiver.reports.flatMap((report) =>
      report.type === 'guest-probe' && report.vm.uuid === guest.uuid ? [report] : [],
    );

  const sh = (guest: LabGuest, script: string) => guest.agentExec('/bin/sh', ['-c', script]);
  /** Runs when the agent that starts it is out of the way. */
  const shLater = (guest: LabGuest, script: string) => sh(guest, `(sleep 0.3; ${script}) >/dev/null 2>&1 &`);

  it('finds system, network, addresses and file systems of a guest where all is well', async () => {
    const page = await untilVerdict(vm1, 'ok');
    const { mac, address } = vm1.settings;
    expect(valueOf(page, 'libvirt_domain_guest_agent_up', vm1)).toBe(1);
    expect(valueOf(page, 'faultline_guest_os_info', vm1, ',os="linux"')).toBe(1);
    const nic = `,mac="${mac}",ip="${address}",gateway="${SWITCH_ADDRESS}",type="extranet"`;
    expect(valueOf(page, 'faultline_guest_nic_info', vm1, nic)).toBe(1);
    expect(valueOf(page, 'faultline_guest_nic_address_confirmed', vm1)).toBe(1);
    const data = ',mountpoint="/mnt/data",device="/dev/vda",fstype="ext4"';
    expect(valueOf(page, 'faultline_guest_filesystem_readonly', vm1, data)).toBe(0);
    expect(valueOf(page, 'faultline_guest_filesystem_errors', vm1, data)).toBe(0);
    expect((await sh(vm1, 'ls -A /mnt/data')).stdout.trim()).toBe('lost+found');
    const [report] = probesOf(vm1);
    expect(report).toMatchObject({ verdict: 'ok', os: 'linux', external: { result: 'ok', exitCode: 0 } });
    expect(report?.external.text).toContain('0% packet loss');
  });

  describe('of which the network is broken', () => {
    afterEach(async () => {
      await Promise.all([lab.mendOutside(), lab.unsilenceGateway(), vm1.mendLink(), vm2.mendLink()]);
      for (const guest of [vm1, vm2]) {
        await record(guest, 'extranet');
        await untilVerdict(guest, 'ok');
      }
    }, MINUTE);

    it(
      'reaches the gateway only, and is not alarmed about where it has intranet NICs only (D19)',
      async () => {
        await record(vm2, 'intranet');
        await lab.cutOutside();
        const page = await untilVerdict(vm1, 'external-abnormal');
        expect(valueOf(page, 'faultline_guest_gateway_reachable', vm1)).toBe(1);
        await untilAlarm(vm1, 'guest-external-abnormal', 'raised');
        const intranet = await untilPage(
          'vm2 fails as expected',
          (each) =>
            valueOf(each, 'faultline_guest_intranet_only', vm2) === 1 &&
            valueOf(each, 'faultline_guest_external_reachable', vm2) === 0,
        );
        expect(valueOf(intranet, 'faultline_guest_verdict', vm2, ',verdict="ok"')).toBe(1);
        await lab.mendOutside();
        await untilAlarm(vm1, 'guest-external-abnormal', 'cleared');
        expect(alarmsOf(vm2, 'guest-external-abnormal')).toEqual([]);
      },
      MINUTE,
    );

    it(
      'reaches the outside only',
      async () => {
        await lab.silenceGateway();
        const page = await untilVerdict(vm1, 'gateway-abnormal');
        expect(valueOf(page, 'faultline_guest_external_reachable', vm1)).toBe(1);
        await untilAlarm(vm1, 'guest-gateway-abnormal', 'raised');
        await lab.unsilenceGateway();
        await untilAlarm(vm1, 'guest-gateway-abnormal', 'cleared');
      },
      MINUTE,
    );

    it(
      'has its cable pulled: the agent answers all the same',
      async () => {
        await vm1.cutLink();
        const page = await untilVerdict(vm1, 'both-abnormal');
        expect(valueOf(page, 'libvirt_domain_guest_agent_up', vm1)).toBe(1);
        expect(valueOf(page, 'faultline_guest_verdict', vm2, ',verdict="ok"')).toBe(1);
      },
      MINUTE,
    );

    it(
      'has no ping: a missing tool is no broken network (D15a)',
      async () => {
        await sh(vm1, 'mv /bin/ping /bin/ping.off');
        try {
          // The round in which the tool goes may have used it once: the one after that knows nothing of the network.
          const page = await untilPage(
            'vm1: nothing is known of the outside',
            (each) => valueOf(each, 'faultline_guest_external_reachable', vm1) === undefined,
          );
          expect(valueOf(page, 'faultline_guest_verdict', vm1, ',verdict="tool-missing"')).toBe(1);
        } finally {
          await sh(vm1, 'mv /bin/ping.off /bin/ping');
        }
      },
      MINUTE,
    );
  });

  describe('of which a file system is broken (E18, E27)', () => {
    const readOnly = 'faultline_guest_filesystem_readonly';
    const errors = 'faultline_guest_filesystem_errors';

    it(
      'has been mounted read-only',
      async () => {
        await sh(vm1, 'mount -o remount,ro /mnt/data');
        await untilPage('vm1 is read-only', (page) => valueOf(page, readOnly, vm1) === 1);
        expect((await untilAlarm(vm1, 'guest-filesystem-read-only', 'raised')).details['known by']).toBe('mount');
        await sh(vm1, 'mount -o remount,rw /mnt/data');
        await untilAlarm(vm1, 'guest-filesystem-read-only', 'cleared');
      },
      MINUTE,
    );

    it(
      'has errors and is written on; then it has gone read-only, though the mount table says "rw"',
      async () => {
        await sh(vm2, 'mount -o remount,errors=continue /mnt/data; echo 1 > /sys/fs/ext4/vda/trigger_fs_error');
        const page = await untilPage('vm2 has errors', (each) => (valueOf(each, errors, vm2) ?? 0) > 0);
        expect(valueOf(page, readOnly, vm2)).toBe(0);
        expect((await untilAlarm(vm2, 'guest-filesystem-errors', 'raised')).level).toBe('warning');
        expect((await sh(vm2, 'touch /mnt/data/x')).exitCode).toBe(0);
        await sh(vm2, 'mount -o remount,errors=remount-ro /mnt/data; echo 1 > /sys/fs/ext4/vda/trigger_fs_error');
        await untilPage('vm2 is read-only', (each) => valueOf(each, readOnly, vm2) === 1);
        expect((await sh(vm2, 'touch /mnt/data/y')).stderr).toContain('Read-only file system');
        expect((await sh(vm2, 'grep vda /proc/self/mounts')).stdout).toMatch(/ext4 rw,/);
        const alarm = await untilAlarm(vm2, 'guest-filesystem-read-only', 'raised');
        expect(alarm).toMatchObject({
          level: 'critical',
          details: { 'known by': 'kernel', 'mount points': '/mnt/data' },
        });
      },
      MINUTE,
    );
  });

  describe('whose silence is explained', () => {
    it(
      'is paused: suppressed up to the limit, and counted from then on',
      async () => {
        await vm1.host.virsh(['suspend', vm1.uuid]);
        const page = await untilSuppressed(vm1, 'pause');
        expect(valueOf(page, 'libvirt_domain_guest_agent_up', vm1)).toBeUndefined();
        const before = alarmsOf(vm1, 'guest-agent-lost').length;
        await untilVerdict(vm1, 'agent-unavailable');
        expect(alarmsOf(vm1, 'guest-agent-lost')).toHaveLength(before);
        await vm1.host.virsh(['resume', vm1.uuid]);
        await untilVerdict(vm1, 'ok');
      },
      MINUTE,
    );

    it(
      'has its file systems frozen',
      async () => {
        await vm1.host.virsh(['domfsfreeze', vm1.uuid]);
        const page = await untilSuppressed(vm1, 'freeze');
        expect(valueOf(page, 'faultline_guest_verdict', vm1, ',verdict="unknown"')).toBe(1);
        await vm1.host.virsh(['domfsthaw', vm1.uuid]);
        await untilVerdict(vm1, 'ok');
      },
      MINUTE,
    );

    it(
      'is stopped for a snapshot of its memory',
      async () => {
        const pipe = join(lab.folder, 'images', 'memory.fifo');
        // A pipe that nobody empties yet: the snapshot takes as long as we like. It stays open, as libvirt opens it twice.
        const script = 'mkfifo "$0" && exec 3<>"$0" && echo ready && read line && exec cat <&3 >/dev/null';
        const reader = spawn('sh', ['-c', script, pipe], { stdio: ['pipe', 'pipe', 'inherit'] });
        await once(reader.stdout, 'data');
        const alarmsBefore = alarmsOf(vm1, 'guest-agent-lost').length;
        const snapshot = vm1.host.virsh(
          [
            ...['snapshot-create-as', vm1.uuid, 'slow', '--memspec'],
            'file=/var/lib/libvirt/images/memory.fifo,snapshot=external',
            ...['--diskspec', 'vda,snapshot=external,file=/var/lib/libvirt/images/slow.qcow2'],
          ],
          { deadlineMs: MINUTE },
        );
        await untilSuppressed(vm1, 'snapshot');
        reader.stdin.end('go on\n');
        await snapshot;
        reader.kill();
        await untilVerdict(vm1, 'ok');
        expect(alarmsOf(vm1, 'guest-agent-lost')).toHaveLength(alarmsBefore);
      },
      MINUTE,
    );

    it(
      'does not answer while it is being migrated',
      async () => {
        const migration = vm2.host
          .virsh(
            [...['migrate', vm2.uuid, lab.host('hB').migrationUri, '--live', '--p2p', '--unsafe', '--bandwidth', '1']],
            { deadlineMs: 2 * MINUTE },
          )
          .then(
            () => 'migrated',
            (error: unknown) => String(error),
          );
        const isUnderWay = async () => (await vm2.host.virsh(['domjobinfo', vm2.uuid])).includes('migration');
        await until('the migration of vm2 to begin', isUnderWay, 30_000);
        // Long enough for some rounds: libvirt takes 5 s to give a silent agent up.
        await shLater(vm2, 'killall -STOP qemu-ga; sleep 20; killall -CONT qemu-ga');
        await untilSuppressed(vm2, 'migration');
        await vm2.host.virsh(['domjobabort', vm2.uuid]);
        expect(await migration).not.toBe('migrated');
        await untilVerdict(vm2, 'ok', MINUTE);
      },
      2 * MINUTE,
    );
  });

  describe('whose agent cannot be asked (D11)', () => {
    it(
      'has lost its agent, which comes back',
      async () => {
        await sh(vm1, 'mv /sbin/qemu-ga /sbin/qemu-ga.off');
        await shLater(vm1, 'killall qemu-ga; sleep 8; mv /sbin/qemu-ga.off /sbin/qemu-ga');
        // A round in which the agent goes away still says what it found before.
        const page = await untilPage(
          'vm1 has no agent, and nothing is said of its network',
          (each) =>
            valueOf(each, 'faultline_guest_verdict', vm1, ',verdict="agent-unavailable"') === 1 &&
            valueOf(each, 'faultline_guest_external_reachable', vm1) === undefined,
        );
        expect(valueOf(page, 'libvirt_domain_guest_agent_up', vm1)).toBe(0);
        expect(await untilAlarm(vm1, 'guest-agent-lost', 'raised')).toMatchObject({
          details: { agent: 'disconnected' },
        });
        await untilAlarm(vm1, 'guest-agent-lost', 'cleared');
        await untilVerdict(vm1, 'ok');
      },
      MINUTE,
    );

    it(
      'has an agent that stays connected and hangs',
      async () => {
        await shLater(vm1, 'killall -STOP qemu-ga; sleep 10; killall -CONT qemu-ga');
        const page = await untilPage(
          'vm1 is silent',
          (each) => valueOf(each, 'libvirt_domain_guest_agent_up', vm1) === 0,
        );
        expect(valueOf(page, 'libvirt_domain_guest_agent_connected', vm1)).toBe(1);
        await untilVerdict(vm1, 'ok', MINUTE);
      },
      2 * MINUTE,
    );

    it(
      'forbids its agent to run programs: nothing is known of its network, and nothing is wrong',
      async () => {
        const wrapper = '#!/bin/sh\\nexec /sbin/qemu-ga.real -b guest-exec "$@"\\n';
        await sh(
          vm2,
          `mv /sbin/qemu-ga /sbin/qemu-ga.real; printf '${wrapper}' >/sbin/qemu-ga; chmod +x /sbin/qemu-ga`,
        );
        await shLater(vm2, 'killall qemu-ga');
        const page = await untilPage(
          'vm2 forbids guest-exec',
          (each) => valueOf(each, 'libvirt_domain_guest_agent_exec_enabled', vm2) === 0,
        );
        expect(valueOf(page, 'libvirt_domain_guest_agent_up', vm2)).toBe(1);
        expect(valueOf(page, 'faultline_guest_verdict', vm2, ',verdict="unknown"')).toBe(1);
        expect(valueOf(page, 'faultline_guest_external_reachable', vm2)).toBeUndefined();
      },
      MINUTE,
    );

    it(
      'has no channel for an agent',
      async () => {
        await vm2.stop({ mode: 'destroy' });
        const xml = await vm2.host.virsh(['dumpxml', vm2.uuid, '--inactive']);
        const file = join(folder, 'without-channel.xml');
        await writeFile(file, xml.replace(/<channel[^]*<\/channel>/, ''));
        await vm2.host.virsh(['define', file]);
        await vm2.host.virsh(['start', vm2.uuid]);
        const page = await untilVerdict(vm2, 'agent-unavailable');
        expect(valueOf(page, 'libvirt_domain_guest_agent_up', vm2)).toBeUndefined();
        const told = () => Promise.resolve(probesOf(vm2).at(-1)?.agent === 'no-channel');
        await until('the OMS hears that vm2 has no channel', told, 10_000);
      },
      MINUTE,
    );
  });
});
