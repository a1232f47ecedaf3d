import type { Lab } from '../lab.ts';
import type { GuestStatus, HostStatus } from '../status.ts';

/** Rows with their columns aligned. */
export function table(rows: readonly (readonly string[])[]): string[] {
  const widths: number[] = [];
  for (const row of rows) row.forEach((cell, at) => (widths[at] = Math.max(widths[at] ?? 0, cell.length)));
  return rows.map((row) =>
    row
      .map((cell, at) => cell.padEnd(widths[at] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

const AGENT: Record<GuestStatus['agent'], string> = {
  answers: 'agent answers',
  silent: 'agent silent',
  frozen: 'QEMU frozen (SIGSTOP)',
  none: '',
};

const guestRow = ({ name, state, reason, address, agent, pid }: GuestStatus): string[] => [
  `  ${name}`,
  `${state} (${reason})`,
  AGENT[agent],
  address,
  pid === null ? '' : `pid ${pid}`,
];

/** A host's line with its sockets, then a line for each VM. */
export function statusLines(hosts: readonly HostStatus[]): string[] {
  return hosts.flatMap(({ name, address, libvirtd, pid, uri, readOnlyUri, guests }) => [
    `host ${name} (${address}): libvirtd ${libvirtd}${pid === null ? '' : `, pid ${pid}`}`,
    `  read-write ${uri}`,
    `  read-only  ${readOnlyUri}`,
    ...table(guests.map(guestRow)),
  ]);
}

/** What to give to the rest of the product. */
export function connectLines(lab: Lab): string[] {
  return lab.hosts.map(({ name, uri }) => `To watch ${name}: npm start -- --libvirt-uri '${uri}'`);
}
