import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LabError } from './errors.ts';
import { exists, readIfThere } from './files.ts';
import { cutUplink, hostPin, mendUplink, pinnedInode, pinsOf } from './network.ts';
import { findProcess, processesInNetworks, signalProcess, type ProcessStat } from './processes.ts';
import { HOST_FOLDER } from './provisions.ts';
import type { Run, RunOptions } from './run.ts';
import type { HostRecord } from './state.ts';
import { waitFor } from './wait.ts';

export interface StopLibvirtdOptions {
  /** SIGTERM lets libvirtd end in order, SIGKILL is a crash. Guests run on either way. Default SIGTERM. */
  signal?: 'SIGTERM' | 'SIGKILL';
}

export interface RestartLibvirtdOptions extends StopLibvirtdOptions {
  /** Done after libvirtd has ended and before it is started again. */
  whileDown?: () => Promise<void>;
}

/** Linux limits the path of a unix socket to 107 bytes: see unix(7). */
const MAX_SOCKET_PATH_BYTES = 107;

/** Folders of a host that stand in for the system's: see host/boot.sh. */
const STAND_INS = ['etc', 'run', 'lib/images', 'lib/boot', 'log/qemu', 'cache'];

/** One simulated hypervisor: a libvirtd in network, mount and host-name namespaces of its own. */
export class LabHost {
  readonly name: string;
  readonly uuid: string;
  /** Its address in the lab's network; not reachable from outside of the lab. */
  readonly address: string;
  /** What to connect to, read-write (root only): `qemu+unix:///system?socket=...`. */
  readonly uri: string;
  /** The same for reading: libvirt refuses changes and agent commands there. */
  readonly readOnlyUri: string;
  /** Where the other hosts of the lab reach it, for migration. */
  readonly migrationUri: string;
  /** Its files: etc, run (sockets, pid files), lib, log, cache. */
  readonly folder: string;
  readonly #lab: string;
  readonly #run: Run;

  constructor(lab: string, record: HostRecord, run: Run) {
    this.#lab = lab;
    this.#run = run;
    this.name = record.name;
    this.uuid = record.uuid;
    this.address = record.address;
    this.folder = join(lab, 'hosts', record.name);
    this.uri = uriOf(join(this.folder, 'run', 'libvirt-sock'));
    this.readOnlyUri = uriOf(join(this.folder, 'run', 'libvirt-sock-ro'));
    this.migrationUri = `qemu+tcp://${record.address}/system`;
  }

  /** Runs a virsh command on this host and answers what it prints. Throws CommandError. */
  virsh(args: readonly string[], options?: RunOptions): Promise<string> {
    return this.#run('virsh', ['--quiet', '--connect', this.uri, ...args], options);
  }

  /** The running libvirtd, or undefined. */
  async libvirtd(): Promise<ProcessStat | undefined> {
    // The pid file ends without a newline, and outlives a libvirtd that was killed.
    const pid = Number.parseInt((await readIfThere(join(this.folder, 'run', 'libvirtd.pid'))) ?? '', 10);
    return (await this.processes()).find((each) => each.pid === pid);
  }

  /** Whether libvirtd answers a call within `deadlineMs` (default 2 000). */
  async answers(deadlineMs = 2_000): Promise<boolean> {
    return this.virsh(['version', '--daemon'], { deadlineMs }).then(
      () => true,
      (error: unknown) => {
        if (error instanceof LabError) return false;
        throw error;
      },
    );
  }

  /** All processes of this host: libvirtd, virtlogd, one QEMU for each running guest. */
  async processes(): Promise<ProcessStat[]> {
    const pin = hostPin(this.#lab, this.name);
    if (!(await pinsOf(this.#lab)).includes(pin)) return [];
    return processesInNetworks(new Set([await pinnedInode(pin)]));
  }

  /** Makes the host's files, boots it and starts libvirtd, as far as that is not so already. Its network must exist. */
  async boot(images: string, guestImage: string, hideKvm: boolean): Promise<void> {
    await this.#writeFiles();
    if ((await this.processes()).length === 0) {
      const hidden = hideKvm ? await this.#hiddenKvm() : '-';
      const script = [join(HOST_FOLDER, 'boot.sh'), this.folder, this.name, images, guestImage, hidden];
      const pin = hostPin(this.#lab, this.name);
      await this.#run('nsenter', [`--net=${pin}`, 'unshare', '--mount', '--uts', 'bash', ...script]);
    }
    if (!(await this.libvirtd())) await this.startLibvirtd();
  }

  async #writeFiles(): Promise<void> {
    const socket = join(this.folder, 'run', 'libvirt-sock-ro');
    if (Buffer.byteLength(socket) > MAX_SOCKET_PATH_BYTES) {
      throw new LabError('machine-unsuited', `the lab's folder is too long for a socket's path: ${socket}`);
    }
    for (const folder of STAND_INS) await mkdir(join(this.folder, folder), { recursive: true, mode: 0o755 });
    const own = `listen_addr = "${this.address}"\nhost_uuid = "${this.uuid}"\n`;
    await copyConfiguration('libvirtd.conf', join(this.folder, 'etc'), own);
    await copyConfiguration('qemu.conf', join(this.folder, 'etc'), `migration_host = "${this.address}"\n`);
  }

  /** An empty file that nobody may open, to be mounted over /dev/kvm. */
  async #hiddenKvm(): Promise<string> {
    const file = join(this.folder, 'hidden-kvm');
    await writeFile(file, '', { mode: 0o000 });
    return file;
  }

  /** Starts libvirtd and waits until it answers. Throws LabError `host-not-booted`, CommandError. */
  async startLibvirtd(): Promise<void> {
    const member = (await this.processes())[0];
    if (!member) throw new LabError('host-not-booted', `host ${this.name} runs nothing: bring the lab up first`);
    const enter = ['--target', `${member.pid}`, '--net', '--mount', '--uts'];
    await this.#run('nsenter', [...enter, 'bash', join(HOST_FOLDER, 'libvirtd.sh')], { deadlineMs: 20_000 });
    // The call waits inside libvirtd until its drivers are ready: 1 s, on a busy machine several.
    await this.virsh(['version', '--daemon'], { deadlineMs: 30_000 });
  }

  /** Ends libvirtd and waits until it is gone; the guests run on. Does nothing if it does not run. */
  async stopLibvirtd({ signal = 'SIGTERM' }: StopLibvirtdOptions = {}): Promise<void> {
    const libvirtd = await this.libvirtd();
    if (!libvirtd) return;
    await signalProcess(libvirtd, signal);
    await waitFor(async () => ((await findProcess(libvirtd.pid)) ? undefined : true), {
      what: `libvirtd of ${this.name} (pid ${libvirtd.pid}) to end`,
      deadlineMs: 15_000,
      intervalMs: 20,
    });
  }

  async restartLibvirtd({ signal, whileDown }: RestartLibvirtdOptions = {}): Promise<void> {
    await this.stopLibvirtd(signal ? { signal } : {});
    await whileDown?.();
    await this.startLibvirtd();
  }

  /** Pulls the host's cable: it and its guests lose the other hosts and the gateway. The unix socket stays reachable. */
  async cutLink(): Promise<void> {
    await cutUplink(this.#run, this.#lab, this.name);
  }

  /** Plugs it in again. A guest that asked for an address meanwhile may need a second or two more. */
  async mendLink(): Promise<void> {
    await mendUplink(this.#run, this.#lab, this.name, this.address);
  }
}

function uriOf(socket: string): string {
  return `qemu+unix:///system?socket=${encodeURI(socket).replaceAll(/[?#&+]/g, encodeURIComponent)}`;
}

async function copyConfiguration(file: string, folder: string, addition: string): Promise<void> {
  const target = join(folder, file);
  if (await exists(target)) return;
  await copyFile(join(HOST_FOLDER, file), target);
  await writeFile(target, addition, { flag: 'a' });
}
