/** What an NC does, one file an operation. */
import type { PerformedKind } from '@faultline/contracts';
import type { Task, TaskOf } from '../../messages.ts';
import type { Act, Given } from './act.ts';
import { attachDisk } from './attach-disk.ts';
import { create } from './create.ts';
import { migrate } from './migrate.ts';
import { reboot } from './reboot.ts';
import { resume } from './resume.ts';
import { snapshot } from './snapshot.ts';
import { start } from './start.ts';
import { stop } from './stop.ts';
import { suspend } from './suspend.ts';

export type { Act, AskOptions, Destination, Given, Sight } from './act.ts';

const ACTS: { [Kind in PerformedKind]: (task: TaskOf<Kind>, given: Given) => Act } = {
  create,
  snapshot,
  reboot,
  'attach-disk': attachDisk,
  start,
  stop,
  migrate,
  suspend,
  resume,
};

/** The act that a task asks for. */
export function actOf(task: Task, given: Given): Act {
  // The kind of a task is what its act takes; TypeScript does not see it through the union.
  return (ACTS[task.kind] as (task: Task, given: Given) => Act)(task, given);
}
