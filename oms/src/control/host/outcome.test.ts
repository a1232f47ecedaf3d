import { describe, expect, it } from '@jest/globals';
import {
  CallTimeoutError,
  ConnectError,
  ConnectionLostError,
  ProtocolError,
  RemoteError,
  type LibvirtError,
} from '@faultline/libvirt';
import { outcomeOfError } from './outcome.ts';

const VM_OF_A = { host: 'hA', of: 'the VM' };

const refused = new RemoteError('domain is already running', {
  libvirtCode: 55,
  codeName: 'VIR_ERR_OPERATION_INVALID',
  domain: 10,
  level: 'error',
});

describe('what an error of libvirt means for an order', () => {
  it('takes a refusal in the words of libvirt, with the name of its code', () => {
    expect(outcomeOfError(refused, VM_OF_A, true)).toEqual({
      result: 'failed',
      cause: 'domain is already running (VIR_ERR_OPERATION_INVALID)',
    });
  });

  it.each<[LibvirtError, boolean, string, string]>([
    [
      new ConnectError('no such socket'),
      false,
      'failed',
      'libvirtd of hA cannot be reached: no such socket; the VM was',
    ],
    [new ConnectionLostError('it went away'), false, 'failed', 'the VM was not touched'],
    [new ConnectionLostError('it went away'), true, 'timeout', 'whether the VM was acted upon is not known'],
    [
      new CallTimeoutError('domainShutdown', 60_000),
      true,
      'timeout',
      'gave no answer: domainShutdown was not answered',
    ],
    [new CallTimeoutError('domainLookupByUuid', 10_000), false, 'timeout', 'the VM was not touched'],
    [new ProtocolError('garbage'), true, 'timeout', 'is not known'],
  ])('%s, asked %j: %s', (error, asked, result, cause) => {
    const outcome = outcomeOfError(error, VM_OF_A, asked);
    expect(outcome.result).toBe(result);
    expect(outcome.cause).toContain(cause);
  });

  it('keeps a cause within the bound of the record', () => {
    const long = new RemoteError('x'.repeat(10_000), { libvirtCode: 1, codeName: 'C', domain: 10, level: 'error' });
    expect(outcomeOfError(long, VM_OF_A, true).cause?.length).toBeLessThan(4096);
  });

  it('does not pass a fault of ours off as an answer', () => {
    expect(() => outcomeOfError(new TypeError('ours'), VM_OF_A, true)).toThrow(TypeError);
  });
});
