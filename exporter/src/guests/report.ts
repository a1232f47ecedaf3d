import type { GuestProbeReport } from '@faultline/contracts';
import type { GuestFileSystem } from './file-systems.ts';

/** How many rounds on end found this. Rounds that could not tell do not count, and do not begin anew. */
export interface InARow {
  silent: number;
  external: number;
  gateway: number;
}

/** What the latest round found in one VM: the record that goes to the OMS (D17), and what only this host makes use of. */
export interface GuestReport extends Omit<GuestProbeReport, 'type' | 'id' | 'vm' | 'readOnly'> {
  uuid: string;
  /** Whether programs may be run in it, as the agent says; null while it has not said. */
  execEnabled: boolean | null;
  /** Null where it could not be read. */
  fileSystems: GuestFileSystem[] | null;
  /** Whether its agent has answered since this VM was first seen. */
  everAnswered: boolean;
  /** When its agent last answered, ms. */
  answeredAt: number | null;
  inARow: InARow;
}

/** The count of each condition after this round. */
export function countInARow(before: InARow, { verdict, suppressed, agent, external, nics }: GuestReport): InARow {
  if (suppressed !== null) return before;
  if (verdict === 'agent-unavailable') return { ...before, silent: before.silent + 1 };
  const gateways = nics.map(({ gateway }) => gateway.result);
  return {
    silent: agent === 'answering' ? 0 : before.silent,
    external: counted(before.external, external.result === 'abnormal', isAnswer(external.result)),
    gateway: counted(
      before.gateway,
      gateways.includes('abnormal'),
      gateways.some(isAnswer) && !gateways.includes('unknown') && !gateways.includes('tool-missing'),
    ),
  };
}

const isAnswer = (result: string): boolean => result === 'ok' || result === 'expected';

function counted(before: number, isFound: boolean, isOver: boolean): number {
  if (isFound) return before + 1;
  return isOver ? 0 : before;
}
