import { LibvirtError, RemoteError } from '@faultline/libvirt';
import type { Outcome } from '../messages.ts';

/** Thrown where a party sees by itself that an order cannot be carried out; nothing of it was done, or it was undone. */
export class CannotDoError extends Error {
  override readonly name = 'CannotDoError';
  readonly code = 'cannot-do';
}

/** What an order is about, for the words of a cause. */
export interface Subject {
  host: string;
  /** `the VM`, `the storage`. */
  of: string;
}

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
export function outcomeOfError(error: unknown, { host, of }: Subject, asked: boolean): Outcome {
  if (error instanceof CannotDoError) return failed(error.message);
  if (error instanceof RemoteError) return failed(`${error.message} (${error.codeName})`);
  if (!(error instanceof LibvirtError)) throw error;
  const what = silenceOf(error, host);
  if (asked) return unknown(`${what}; whether ${of} was acted upon is not known`);
  return error.code === 'call-timeout'
    ? unknown(`${what}; ${of} was not touched`)
    : failed(`${what}; ${of} was not touched`);
}

/** That an answer of libvirt's did not come, in words. */
export function silenceOf(error: LibvirtError, host: string): string {
  const reachable = error.code === 'call-timeout' || error.code === 'call-aborted' || error.code === 'protocol';
  return reachable
    ? `libvirtd of ${host} gave no answer: ${error.message}`
    : `libvirtd of ${host} cannot be reached: ${error.message}`;
}

/** The same of an answer that was awaited: it may be reachable again by now. */
export function lossOf(error: LibvirtError, host: string): string {
  return error.code === 'connection-lost'
    ? `libvirtd of ${host} went away in the middle: ${error.message}`
    : silenceOf(error, host);
}

/** How libvirt answers when something broke under a call, and not because it refuses what it was asked. */
const BROKEN = new Set(['VIR_ERR_INTERNAL_ERROR', 'VIR_ERR_SYSTEM_ERROR', 'VIR_ERR_OPERATION_FAILED']);

/** Whether the end of the VM's QEMU may be why libvirt could not do what it was asked: it says then what its socket said. */
export function mayBeQemuEnd(error: unknown): boolean {
  if (error instanceof CannotDoError) return mayBeQemuEnd(error.cause);
  return error instanceof RemoteError && BROKEN.has(error.codeName);
}

export const OK: Outcome = { result: 'ok' };

export function failed(cause: string): Outcome {
  return { result: 'failed', cause: bounded(cause) };
}

export function unknown(cause: string): Outcome {
  return { result: 'timeout', cause: bounded(cause) };
}

function bounded(cause: string): string {
  return cause.length > MAX_CAUSE ? `${cause.slice(0, MAX_CAUSE)}...` : cause;
}
