import type { Connection } from '../connection.ts';
import type { StatsGroup } from '../domain.ts';
import { RemoteError } from '../errors.ts';

/** What a driver says to a group that it does not have (VIR_CONNECT_GET_ALL_DOMAINS_STATS_ENFORCE_STATS). */
const UNSUPPORTED = new Set([
  'VIR_ERR_ARGUMENT_UNSUPPORTED',
  'VIR_ERR_OPERATION_UNSUPPORTED',
  'VIR_ERR_NO_SUPPORT',
  'VIR_ERR_INVALID_ARG',
]);

/** No domain is both: the driver checks the groups, and then has nobody whose monitor it could enter. */
const NOBODY = { active: true, shutoff: true, enforceStats: true } as const;

/**
 * Those of the groups that the connection's driver has: QEMU's knows them all, the test driver two.
 *
 * @throws LibvirtError as any call
 */
export async function supportedGroups(
  connection: Pick<Connection, 'domainStats'>,
  groups: readonly StatsGroup[],
  timeoutMs: number,
): Promise<StatsGroup[]> {
  if (groups.length === 0) return [];
  const has = async (some: readonly StatsGroup[]): Promise<boolean> => {
    try {
      await connection.domainStats({ groups: some, flags: NOBODY }, { timeoutMs });
      return true;
    } catch (error) {
      if (error instanceof RemoteError && UNSUPPORTED.has(error.codeName)) return false;
      throw error;
    }
  };
  if (await has(groups)) return [...groups];
  const supported: StatsGroup[] = [];
  for (const group of groups) if (await has([group])) supported.push(group);
  return supported;
}
