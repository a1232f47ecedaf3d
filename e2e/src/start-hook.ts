import { access, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { LabHost } from '@faultline/lab';

/** Where libvirt's hook is called: before there is a QEMU, and when the VM runs. */
export type StartStage = 'prepare' | 'started';

const SCRIPT = `#!/bin/sh
hold="/etc/libvirt/hooks/$1.$2"
[ -e "$hold" ] || exit 0
: >"$hold.reached"
while [ -e "$hold" ]; do sleep 0.05; done
`;

/**
 * Holds starts of VMs where a test wants them: libvirtd waits for its hook for QEMU as long as that takes. libvirtd looks
 * for it when it starts.
 */
export class StartHook {
  readonly #folder: string;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  static async install(host: LabHost): Promise<StartHook> {
    const folder = join(host.folder, 'etc', 'hooks');
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'qemu'), SCRIPT, { mode: 0o755 });
    await host.restartLibvirtd();
    return new StartHook(folder);
  }

  /** From now on, starts of this VM wait at the stage. */
  hold(vm: string, stage: StartStage): Promise<void> {
    return writeFile(this.#at(vm, stage), '');
  }

  /** Whether a start waits there. */
  reached(vm: string, stage: StartStage): Promise<boolean> {
    return access(`${this.#at(vm, stage)}.reached`).then(
      () => true,
      () => false,
    );
  }

  async release(vm: string, stage: StartStage): Promise<void> {
    await rm(this.#at(vm, stage));
    await rm(`${this.#at(vm, stage)}.reached`, { force: true });
  }

  #at(vm: string, stage: StartStage): string {
    return join(this.#folder, `${vm}.${stage}`);
  }
}
