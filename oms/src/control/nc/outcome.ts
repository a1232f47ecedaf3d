import { LibvirtError, RemoteError } from '@faultline/libvirt';
import type { Outcome } from '../messages.ts';

/** The bound of a cause in the contracts (`Text`), with room for what is put around it. */
const MAX_CAUSE = 4000;

/**
 * What an error of libvirt's means for an order. Pure.
 *
 * libvirt's own refusal is an answer: failed, with its words and its code's name. A connection that was down before the
 * VM was touched: failed, nothing was done. No answer, or a connection lost, after libvirt was asked to act: the outcome
 * is not known, which is `timeout` in the records.
 *
 * @param asked whether libvirt had been asked to act
 * @throws the error itself, when it is none of libvirt's: then it is a fault of ours
 */
export function outcomeOfError(error: unknown, host: string, asked: boolean): Outcome {
  if (error instanceof RemoteError) return failed(`${error.message} (${error.codeName})`);
  if (!(error instanceof LibvirtError)) throw error;
  const reachable = error.code === 'call-timeout' || error.code === 'call-aborted' || error.code === 'protocol';
  const what = reachable
    ? `libvirtd of ${host} gave no answer: ${error.message}`
    : `libvirtd of ${host} cannot be reached: ${error.message}`;
  if (asked) return { result: 'timeout', cause: bounded(`${what}; whether the VM was acted upon is not known`) };
  return error.code === 'call-timeout'
    ? { result: 'timeout', cause: bounded(`${what}; the VM was not touched`) }
    : failed(`${what}; the VM was not touched`);
}

export function failed(cause: string): Outcome {
  return { result: 'failed', cause: bounded(cause) };
}

function bounded(cause: string): string {
  return cause.length > MAX_CAUSE ? `${cause.slice(0, MAX_CAUSE)}...` : cause;
}
