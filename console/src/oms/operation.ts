import type { OPERATION_KINDS as Kinds, OPERATION_RESULTS as Results } from '@faultline/contracts';

// The contract's own lists, held to it by their types: the page holds no schema library.
export const OPERATION_KINDS: typeof Kinds = [
  'create',
  'snapshot',
  'reboot',
  'attach-disk',
  'start',
  'stop',
  'migrate',
  'suspend',
  'resume',
];
export const OPERATION_RESULTS: typeof Results = ['running', 'ok', 'failed', 'timeout', 'cancelled'];
