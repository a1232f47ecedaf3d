import { Type, type Static } from 'typebox';
import { Operation } from './operation.ts';

export const MAX_SOURCE_LENGTH = 48;

/**
 * A system that performs operations of its own, as its records name it. It begins their ids in the OMS, so it holds no
 * colon: `nova`, `cloudstack-eu`.
 */
export const ForeignSource = Type.String({
  maxLength: MAX_SOURCE_LENGTH,
  pattern: '^[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?$',
});
export type ForeignSource = Static<typeof ForeignSource>;

/** What only the OMS can tell, of an operation that it performs. */
const { progress: _progress, ...TOLD } = Operation.properties;

/** An operation that another system performed. Its ids need be unique only among those of its source. */
export const OperationRecord = Type.Object({ ...TOLD, source: ForeignSource }, { additionalProperties: false });
export type OperationRecord = Static<typeof OperationRecord>;

/** How many operation records one request may bring. */
export const MAX_OPERATION_RECORDS = 200;

/** Body of `POST /api/v1/operation-records`. 200 comes after the commit, and only then. */
export const OperationRecordBatch = Type.Object(
  { operations: Type.Array(OperationRecord, { minItems: 1, maxItems: MAX_OPERATION_RECORDS }) },
  { additionalProperties: false },
);
export type OperationRecordBatch = Static<typeof OperationRecordBatch>;

/** How many of a batch were new, how many told more of a running operation, and how many told nothing new. */
export const OperationRecordReceipt = Type.Object({
  stored: Type.Integer(),
  updated: Type.Integer(),
  known: Type.Integer(),
});
export type OperationRecordReceipt = Static<typeof OperationRecordReceipt>;

/** The id under which the OMS keeps an operation of another system, and answers it. */
export function idOfRecord({ source, id }: Pick<OperationRecord, 'source' | 'id'>): string {
  return `${source}:${id}`;
}
