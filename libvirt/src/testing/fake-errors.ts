import { RemoteError } from '../errors.ts';
import { errorCodeName } from '../names/error-codes.ts';

/** virErrorDomain, virterror.h. */
const fromQemu = 10;
const fromRpc = 7;
const fromStorage = 18;

/** An error as the daemon answers it; `libvirtCode` is a virErrorNumber. */
export function daemonError(libvirtCode: number, message: string, domain = fromQemu): RemoteError {
  return new RemoteError(message, { libvirtCode, codeName: errorCodeName(libvirtCode), domain, level: 'error' });
}

export function refused(why: string): RemoteError {
  return daemonError(55, `Requested operation is not valid: ${why}`);
}

export function noDomain(why: string): RemoteError {
  return daemonError(42, `Domain not found: ${why}`);
}

export function rpcError(why: string): RemoteError {
  return daemonError(39, why, fromRpc);
}

export function storageError(libvirtCode: number, why: string): RemoteError {
  return daemonError(libvirtCode, why, fromStorage);
}
