import { access, constants, readdir, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { GUEST_UP, type Accelerator } from './domain-xml.ts';
import { CommandError } from './errors.ts';
import { exists, readIfThere } from './files.ts';
import { INITRAMFS_FILE, KERNEL_FILE } from './image/image.ts';
import type { Run } from './run.ts';

/** A guest under working KVM is up in about 1 s; where nested virtualisation only seems to work, it never is. */
const PROBE_MS = 5_000;

/**
 * Finds out whether KVM works by booting the guest with it: /dev/kvm may open and the guest hang all the same. The
 * answer is kept in the cache until the machine boots again.
 */
export async function chooseAccelerator(
  run: Run,
  cache: string,
  image: string,
  say: (line: string) => void,
): Promise<Accelerator> {
  const usable = await access('/dev/kvm', constants.R_OK | constants.W_OK).then(
    () => true,
    () => false, // no such device, or not for us: either way there is no KVM here
  );
  if (!usable) return 'tcg';
  const answers = { kvm: await answerFile(cache, image, 'kvm'), tcg: await answerFile(cache, image, 'tcg') };
  for (const known of ['kvm', 'tcg'] as const) if (await exists(answers[known])) return known;
  say('trying whether KVM works here');
  const found = (await guestBoots(run, image)) ? 'kvm' : 'tcg';
  await forgetAnswers(cache);
  await writeFile(answers[found], '');
  return found;
}

async function answerFile(cache: string, image: string, answer: Accelerator): Promise<string> {
  return join(cache, `accelerator-${await bootId()}-${basename(image)}-${answer}`);
}

async function forgetAnswers(cache: string): Promise<void> {
  for (const name of await readdir(cache)) {
    if (name.startsWith('accelerator-')) await rm(join(cache, name), { force: true });
  }
}

/** `lab.probe` makes the guest power off as soon as it is up; a hung one is killed at the deadline. */
async function guestBoots(run: Run, image: string): Promise<boolean> {
  const machine = ['-accel', 'kvm', '-m', '128', '-display', 'none', '-nodefaults', '-serial', 'stdio'];
  const kernel = ['-kernel', join(image, KERNEL_FILE), '-initrd', join(image, INITRAMFS_FILE)];
  const commandLine = ['-append', 'console=ttyS0 quiet panic=-1 lab.probe'];
  try {
    const output = await run('qemu-system-x86_64', [...machine, ...kernel, ...commandLine], { deadlineMs: PROBE_MS });
    return output.includes(GUEST_UP);
  } catch (error) {
    if (error instanceof CommandError) return false;
    throw error;
  }
}

/** An id that changes with every boot of this machine. */
async function bootId(): Promise<string> {
  return ((await readIfThere('/proc/sys/kernel/random/boot_id')) ?? 'unknown').trim();
}
