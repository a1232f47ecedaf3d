/** Operations as `GET /api/v1/operations` and `/api/v1/operations/:id` tell them. Times are ms since the epoch. */

export const OPERATION_KINDS = [
  'create',
  'snapshot',
  'reboot',
  'attach-disk',
  'start',
  'stop',
  'migrate',
  'suspend',
  'resume',
] as const;
export type OperationKind = (typeof OPERATION_KINDS)[number];

export const OPERATION_RESULTS = ['running', 'ok', 'failed', 'timeout', 'cancelled'] as const;
export type OperationResult = (typeof OPERATION_RESULTS)[number];

export interface OperationSummary {
  id: string;
  vm: { uuid: string; name: string };
  kind: OperationKind;
  initiator: string;
  started: number;
  ended?: number;
  result: OperationResult;
  cause?: string;
  progress?: { percent: number; processedBytes: number; totalBytes: number };
  source: string;
}

interface Party {
  role: string;
  node?: string;
}

export interface Hop {
  seq: number;
  from: Party;
  to: Party;
  message: string;
  direction: 'request' | 'reply' | 'local';
  at?: number;
  ended?: number;
  result: 'ok' | 'failed' | 'timeout' | 'skipped' | 'running' | 'unknown';
  cause?: string;
  observed: 'reported' | 'inferred' | 'missing';
}

export type Operation = OperationSummary & { hops: Hop[] };
