import { DETAIL_FRAMES, type Operation } from '@faultline/contracts';
import { frame } from '../../frames/index.ts';
import { findOperation } from '../../operations/index.ts';
import { QueriedOperationUnknownError } from '../errors.ts';
import { defineQuery } from '../query.ts';

/** The story of one operation: its headline, and its hops in order, read from the store (A26, A28, A29). */
export const operationQuery = defineQuery({
  type: 'operation',
  read: async ({ db }, { id }): Promise<Operation> => {
    const operation = await findOperation(db, id);
    if (operation === undefined) throw new QueriedOperationUnknownError(id);
    return operation;
  },
  toFrames: (operation) => [
    frame({
      name: 'operation',
      fields: DETAIL_FRAMES.operation,
      rows: [
        {
          ...operation,
          vm: operation.vm.uuid,
          vmName: operation.vm.name,
          time: operation.started,
          timeEnd: operation.ended,
        },
      ],
    }),
    frame({
      name: 'hops',
      fields: DETAIL_FRAMES.hops,
      rows: operation.hops
        .toSorted((a, b) => a.seq - b.seq)
        .map((hop) => ({
          ...hop,
          fromRole: hop.from.role,
          fromNode: hop.from.node,
          toRole: hop.to.role,
          toNode: hop.to.node,
          time: hop.at,
          timeEnd: hop.ended,
        })),
    }),
  ],
});
