import { types } from 'node:util';
import { RemoteError, type Connection, type ConnectOptions } from '@faultline/libvirt';

/** What the exporter needs of a libvirt connection; tests pass their own. */
export type HostConnection = Pick<
  Connection,
  | 'closed'
  | 'close'
  | 'destroy'
  | 'hostname'
  | 'libVersion'
  | 'hypervisorType'
  | 'hypervisorVersion'
  | 'domainState'
  | 'domainControlInfo'
  | 'domainStats'
  | 'domainJobStats'
  | 'domainXml'
  | 'subscribe'
>;

export type ConnectToHost = (options: ConnectOptions) => Promise<HostConnection>;

/** The domain went away between being listed and being asked: not a failure. */
export function isVanished(error: unknown): boolean {
  return error instanceof RemoteError && error.codeName === 'VIR_ERR_NO_DOMAIN';
}

export function messageOf(error: unknown): string {
  return types.isNativeError(error) ? error.message : String(error);
}
