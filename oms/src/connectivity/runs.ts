import type { AgentState, GuestVerdict } from '@faultline/contracts';
import { sql } from 'kysely';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { preparedForMany, type OmsDatabase } from '../database/index.ts';

/** A look into a guest, reduced to what a chart shows of it. */
interface Probe {
  at: number;
  id: string;
  host: string;
  verdict: GuestVerdict;
  agent: AgentState;
}

/** Looks that found the same, one after the other: from the first of them to the look that found something else. */
export interface ProbeRun {
  from: number;
  to: number;
  /** It is still so: `to` is the present. */
  open: boolean;
  host: string;
  verdict: GuestVerdict;
  agent: AgentState;
}

/**
 * How long a verdict holds without another look: five rounds of an exporter as it comes (60 s each, D18). After that nothing is
 * claimed of the guest.
 */
const PROBE_HOLDS_MS = 300_000;
const PAGE = 5000;
const COLUMNS = ['at', 'id', 'host', 'verdict', 'agent'] as const;

/** Looks up to a moment, in order, from the one after this place on. */
const findProbes = preparedForMany(
  COLUMNS,
  (db, { vm, at, host, id, until }: { vm: string; at: number; host: string; id: string; until: number }) =>
    db
      .selectFrom('guest_probes')
      .select(COLUMNS)
      .where('vm', '=', vm)
      .where('at', '<=', until)
      .where(sql<boolean>`(at, host, id) > (cast(${at} as bigint), ${host}, ${id})`)
      .orderBy('at')
      .orderBy('host')
      .orderBy('id')
      .limit(PAGE),
);

/**
 * What was found in a VM in a range, oldest first, with the run that reaches into it, in parts that can be worked on at once. A
 * run that goes on in the next part ends where that begins.
 */
export async function* probeRuns(
  db: OmsDatabase,
  vm: string,
  { from, to, now }: { from: number; to: number; now: number },
): AsyncGenerator<ProbeRun[]> {
  const until = Math.min(to + PROBE_HOLDS_MS, now);
  let page = await findProbes(db, { vm, until, at: from - PROBE_HOLDS_MS, host: '', id: '' });
  let carried: Probe[] = [];
  for (;;) {
    const last = page.at(-1);
    const isLast = last === undefined || page.length < PAGE;
    const runs = runsOfProbes([...carried, ...page], isLast ? now : null);
    yield runs.filter((run) => run.to >= from && run.from <= to);
    if (isLast) return;
    carried = [last];
    const { at, host, id } = last;
    await nextTurn();
    page = await findProbes(db, { vm, until, at, host, id });
  }
}

/**
 * The runs of looks that are in order.
 *
 * @param now null where more looks follow: then the last look only ends the run before it
 */
function runsOfProbes(probes: readonly Probe[], now: number | null): ProbeRun[] {
  const runs: ProbeRun[] = [];
  probes.forEach(({ at, host, verdict, agent }, index) => {
    const before = runs.at(-1);
    const next = probes[index + 1];
    if (next === undefined && now === null) return;
    const heldUntil = next?.at ?? now ?? at;
    const holds = heldUntil - at <= PROBE_HOLDS_MS;
    const to = holds ? heldUntil : at;
    const open = holds && next === undefined;
    const continues = before?.to === at && before.host === host && before.verdict === verdict && before.agent === agent;
    if (continues) {
      before.to = to;
      before.open = open;
    } else runs.push({ from: at, to, open, host, verdict, agent });
  });
  return runs;
}
