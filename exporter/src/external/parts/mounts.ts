import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ExternalItem, ExternalParts } from '../external.ts';
import type { MountAnswer, MountProbes } from './mount-probes.ts';
import { mountsIn, type Mount } from './mountinfo.ts';

/** Each may cost a process that hangs. */
export const MAX_MOUNTS = 64;

export async function readMounts(
  procfs: string,
  { types, probes }: { types: ReadonlySet<string>; probes: MountProbes },
): Promise<ExternalParts['mounts']> {
  // Not /proc/1: the places must be those that the asking process can see.
  const mounts = mountsIn(await readFile(join(procfs, 'self/mountinfo'), 'utf8'), types).slice(0, MAX_MOUNTS);
  const answerOf = await probes.ask(mounts);
  const answered = mounts.map((mount) => ({ mount, answer: answerOf(mount) }));
  return {
    items: answered.map(({ mount, answer }) => mountItem(mount, answer)),
    unanswered: answered.filter(({ answer }) => answer.isSilent).length,
  };
}

/** A mounted file system by its source, which every host that mounts it calls the same. */
export function mountItem(mount: Mount, { state, problem, answerMs }: MountAnswer): ExternalItem {
  return {
    kind: 'mount',
    // `server:/export/` is the same export; `server:/` has nothing else.
    id: mount.source.replace(/(?<=[^:/])\/+$/, ''),
    name: mount.path,
    state,
    detail: problem === '' ? mount.type : `${mount.type}, ${problem}`,
    target: mount.address,
    ...(answerMs !== null && { answerMs }),
  };
}
