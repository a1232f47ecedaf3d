/** What somebody did to a VM, read off what its hosts saw. */
import type { OperationKind } from '@faultline/contracts';
import type { Change } from './change.ts';

/** One thing that was done. Times are ms. */
export interface Act {
  /** The change that stands for it: the operation's id is made of it. */
  key: Change;
  kind: OperationKind;
  /** The guest did it by itself, or at the request of someone whom libvirt does not name. */
  byGuest: boolean;
  started: number;
  ended: number;
  /** Where it was done; of a migration the source, absent where that host told nothing. */
  host?: string;
  /** Of a migration. */
  destination?: string;
}

/** What belongs to one act follows within this time, ms: libvirt resumes a VM before it says that it started. */
const TOGETHER_MS = 5000;
/** How long a guest may take to shut down after it began to, and the two ends of a migration may lie apart, ms. */
const LONG_MS = 300_000;

/** What one host saw of one VM, told in the words of its events. */
interface Step {
  change: Change;
  detail: string;
  before: Change | undefined;
  after: Change | undefined;
}

/** The acts that the changes of one VM tell of, in any order of the changes; oldest first. */
export function actsOf(changes: readonly Change[]): Act[] {
  const ordered = changes.toSorted((a, b) => a.at - b.at || a.host.localeCompare(b.host) || a.id.localeCompare(b.id));
  const perHost = new Map<string, Change[]>();
  for (const change of ordered.filter((each) => !wasSeen(each, ordered))) {
    const ofHost = perHost.get(change.host);
    if (ofHost === undefined) perHost.set(change.host, [change]);
    else ofHost.push(change);
  }
  const local = [...perHost.values()].flatMap((ofHost) => stepsOf(ofHost).flatMap((step) => actOf(step) ?? []));
  return [...local, ...rebootsOf(perHost), ...migrationsOf(perHost)].toSorted((a, b) => a.started - b.started);
}

/** Whether a change that was found after a gap was seen as it happened after all: its event came late. */
function wasSeen({ since, at, host, detail }: Change, all: readonly Change[]): boolean {
  if (since === null) return false;
  return all.some(
    (it) => it.since === null && it.host === host && it.detail === detail && it.at >= since && it.at <= at,
  );
}

function stepsOf(ofHost: readonly Change[]): Step[] {
  const lifecycle = ofHost.filter(({ event }) => event === 'lifecycle');
  return lifecycle.map((change, i) => ({
    change,
    detail: change.detail,
    before: lifecycle[i - 1],
    after: lifecycle[i + 1],
  }));
}

const beginOf = ({ since, at }: Change): number => since ?? at;

function actOf(step: Step): Act | null {
  const { change } = step;
  const act = (kind: OperationKind, more: Partial<Act> = {}): Act => ({
    key: change,
    kind,
    byGuest: false,
    started: beginOf(change),
    ended: change.at,
    host: change.host,
    ...more,
  });
  switch (step.detail) {
    case 'started (booted)':
    case 'started (restored)':
      return act('start');
    case 'started (wakeup)':
      return act('resume');
    case 'suspended (paused)':
      return isPassingPause(change) ? null : act('suspend');
    case 'resumed (unpaused)':
      return isPartOfAnother(step) ? null : act('resume');
    case 'pmsuspended (memory)':
    case 'pmsuspended (disk)':
      return act('suspend', { byGuest: true });
    case 'stopped (saved)':
      return act('suspend');
    case 'stopped (destroyed)':
      return act('stop', step.before?.detail === 'shutdown (host)' ? shutdownBefore(step) : {});
    case 'stopped (shutdown)':
      return act('stop', shutdownBefore(step));
    default:
      return null;
  }
}

/** libvirt itself pauses a VM to save, dump, snapshot or move it; then it is not paused for the user, or no longer. */
function isPassingPause({ detail, state }: Change): boolean {
  return detail === 'suspended (paused)' && state !== null && state !== 'paused (user)';
}

/** libvirt also resumes a VM that starts, that it had paused for itself, that stays after all, or that crashed. */
function isPartOfAnother({ change, before, after }: Step): boolean {
  if (after?.detail.startsWith('started (') === true && after.at - change.at <= TOGETHER_MS) return true;
  if (before === undefined) return false;
  const near = change.at - before.at <= TOGETHER_MS;
  return (
    isPassingPause(before) ||
    before.detail === 'suspended (migrated)' ||
    (near && before.detail.startsWith('crashed (')) ||
    (near && before.detail.startsWith('started ('))
  );
}

function shutdownBefore({ change, before }: Step): Partial<Act> {
  if (before?.detail.startsWith('shutdown (') !== true || change.at - before.at > LONG_MS) return {};
  return { started: before.at, byGuest: before.detail === 'shutdown (guest)' };
}

/** libvirt tells of one reboot once or several times; a crash may reset the VM, which nobody asked for. */
function rebootsOf(perHost: ReadonlyMap<string, readonly Change[]>): Act[] {
  const acts: Act[] = [];
  for (const [host, ofHost] of perHost) {
    let last = -Infinity;
    for (const change of ofHost) {
      const { at } = change;
      const isReboot = change.event === 'reboot';
      if (isReboot && at - last > TOGETHER_MS) {
        acts.push({ key: change, kind: 'reboot', byGuest: false, started: at, ended: at, host });
      }
      if (isReboot || change.detail.startsWith('crashed (')) last = at;
    }
  }
  return acts;
}

interface Arrival {
  began: Change;
  /** The VM ran there; absent where it was migrated paused, or is not done. */
  ran?: Change;
}

/** A departure at the source and an arrival at the destination are one migration (A38); either alone is one, too. */
function migrationsOf(perHost: ReadonlyMap<string, readonly Change[]>): Act[] {
  const departures = [...perHost.values()].flat().filter(({ detail }) => detail === 'stopped (migrated)');
  const arrivals = [...perHost.values()].flatMap(arrivalsOf);
  const acts: Act[] = [];
  for (const departure of departures.toSorted((a, b) => a.at - b.at)) {
    const [arrival] = arrivals
      .filter((each) => each.began.host !== departure.host && Math.abs(endOf(each).at - departure.at) <= LONG_MS)
      .toSorted((a, b) => Math.abs(endOf(a).at - departure.at) - Math.abs(endOf(b).at - departure.at));
    if (arrival !== undefined) arrivals.splice(arrivals.indexOf(arrival), 1);
    acts.push(migration(departure, arrival));
  }
  for (const arrival of arrivals) if (arrival.ran !== undefined) acts.push(migration(undefined, arrival));
  return acts;
}

function arrivalsOf(ofHost: readonly Change[]): Arrival[] {
  return stepsOf(ofHost).flatMap(({ change, detail, after }) => {
    if (detail !== 'started (migrated)' || after?.detail.startsWith('stopped (') === true) return [];
    return [{ began: change, ...(after?.detail === 'resumed (migrated)' ? { ran: after } : {}) }];
  });
}

const endOf = ({ began, ran }: Arrival): Change => ran ?? began;

function migration(departure: Change | undefined, arrival: Arrival | undefined): Act {
  // The destination tells first, so that its word is the one to be known by.
  const key = arrival === undefined ? departure : endOf(arrival);
  if (key === undefined) throw new TypeError('a migration has an end at least');
  const began = arrival?.began ?? departure ?? key;
  return {
    key,
    kind: 'migrate',
    byGuest: false,
    started: Math.min(beginOf(began), key.at),
    ended: Math.max(key.at, departure?.at ?? key.at),
    ...(departure === undefined ? {} : { host: departure.host }),
    ...(arrival === undefined ? {} : { destination: arrival.began.host }),
  };
}
