/** What a BRM does, one file a work. */
import type { CallOptions } from '@faultline/libvirt';
import type { Storage } from '../host/hypervisor.ts';
import type { DiskPlace, OperationOrder } from '../messages.ts';
import { locateVolume } from './locate-volume.ts';
import { makeOverlays } from './make-overlays.ts';

export interface Work {
  /** For the log: what was done. */
  told: string;
  /** Whether its doing is a hop of the flow (A33), or only its answer (A35). */
  isHop: boolean;
  /** @throws LibvirtError, or CannotDoError when nothing was done or it was undone */
  run: (storage: Storage, options: CallOptions) => Promise<DiskPlace[]>;
}

/** @throws TypeError for an order whose flow has no BRM: a fault of ours */
export function workOf({ task, vm }: OperationOrder): Work {
  switch (task.kind) {
    case 'snapshot':
      return {
        told: 'made the disks of the snapshot',
        isHop: true,
        run: (storage, options) => makeOverlays(storage, { task, vm }, options),
      };
    case 'attach-disk':
      return {
        told: 'located the disk',
        isHop: false,
        run: async (storage, options) => [await locateVolume(storage, task, options)],
      };
    default:
      throw new TypeError(`a BRM has no part in ${task.kind}`);
  }
}
