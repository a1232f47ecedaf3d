import type { procedures } from '../protocol/index.ts';
import { controlHandlers } from './handlers/control.ts';
import { domainHandlers } from './handlers/domain.ts';
import type { Handlers } from './handlers/handler.ts';
import { hardwareHandlers } from './handlers/hardware.ts';
import { hostHandlers } from './handlers/host.ts';
import { migrationHandlers } from './handlers/migration.ts';
import { qemuHandlers } from './handlers/qemu.ts';
import { snapshotHandlers } from './handlers/snapshots.ts';
import { poolHandlers, volumeHandlers } from './handlers/storage.ts';

export type { Caller } from './handlers/handler.ts';

/** What the daemon does for each call of the procedure table. */
export const handlers: Handlers<typeof procedures> = {
  ...hostHandlers,
  ...controlHandlers,
  ...domainHandlers,
  ...hardwareHandlers,
  ...snapshotHandlers,
  ...migrationHandlers,
  ...poolHandlers,
  ...volumeHandlers,
  ...qemuHandlers,
};
