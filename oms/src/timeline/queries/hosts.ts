import type { Host } from '@faultline/contracts';
import { latestRuns, type HostRun } from '../../cycles/index.ts';
import { knownHosts } from '../../hosts/index.ts';
import { listed, listFrame } from '../list-frame.ts';
import { defineQuery } from '../query.ts';

/** The hosts, by name: their VMs, their newest cycle, and whether they are isolated (A31). */
export const hostsQuery = defineQuery({
  type: 'hosts',
  read: async ({ db, now: clock }) => {
    const now = clock();
    const runs = await latestRuns(db);
    return await listed({ now }, async (most) => {
      const hosts = await knownHosts(db, { heardOf: runs.keys(), now });
      return hosts.slice(0, most).map((host) => ({ host, run: runs.get(host.name) }));
    });
  },
  toFrames: (read) => [
    listFrame('hosts', read, {
      which: 'first hosts by name',
      toRow: ({ host, run }: { host: Host; run: HostRun | undefined }) => ({
        host: host.name,
        vms: host.vms,
        time: run?.to,
        reached: run?.reached,
        isolation: host.isolation === null ? null : `${host.isolation.by}: ${host.isolation.why}`,
      }),
    }),
  ],
});
