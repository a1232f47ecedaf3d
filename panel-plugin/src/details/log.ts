import { texts } from '../texts.ts';
import { duration, exactTime, fullTime, type TimeWriter } from '../time.ts';
import { shownResult, type HopRecord, type OperationRecord, type Party } from './records.ts';

/** The headline of A29: when, who, what, to which VM, and how it went. */
export function headline(operation: OperationRecord, writer: TimeWriter): string {
  return texts.drawer.headline(
    fullTime(writer, operation.time),
    operation.initiator,
    texts.request(operation.kind, operation.vmName),
    texts.result(operation.result),
  );
}

/** The operation as text log lines (A18, A29): the headline, then a line per hop, the cause of a failure in parentheses. */
export function logLines(operation: OperationRecord, writer: TimeWriter): string[] {
  const cause = operation.cause ? ` (${operation.cause})` : '';
  return [headline(operation, writer) + cause, ...operation.hops.map((hop) => hopLine(hop, writer))];
}

function hopLine(hop: HopRecord, writer: TimeWriter): string {
  const when = hop.time === null ? '--:--:--.---' : exactTime(writer, hop.time);
  const result = shownResult(hop);
  const notes = [hop.cause, result === 'ok' ? '' : texts.result(result)].filter((note) => note !== '').join(', ');
  const onNodes = hop.from.node || hop.to.node ? ` [${parties(hop)}]` : '';
  const took = hopDuration(hop);
  return `${when} ${hop.message}${notes ? ` (${notes})` : ''}${onNodes}${took ? ` ${took}` : ''}`;
}

/** Who sent to whom, with the nodes they run on; one party where the work was done in one place. */
export function parties({ from, to, direction }: HopRecord): string {
  const local = direction === 'local' && from.role === to.role;
  return local ? partyName(to) : `${partyName(from)} → ${partyName(to)}`;
}

/** How long a hop took; empty where one of its times is not known. */
export function hopDuration(hop: HopRecord): string {
  return hop.time === null || hop.timeEnd === null ? '' : duration(hop.timeEnd - hop.time);
}

function partyName({ role, node }: Party): string {
  return node ? `${role} ${node}` : role;
}
