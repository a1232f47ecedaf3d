/** Before and after what is to be seen, at least, ms. */
const AROUND_MS = 2 * 60_000;

/** The address of a VM's chart around something that happened to it; what has not ended is shown until now. Times in ms. */
export function chartAround(vm: string, from: number, to: number | undefined, now: number): string {
  const end = to ?? Math.max(now, from);
  const margin = Math.max(AROUND_MS, (end - from) / 4);
  const search = new URLSearchParams({ vm, from: new Date(Math.max(0, from - margin)).toISOString() });
  search.set('to', to === undefined || end + margin >= now ? 'now' : new Date(end + margin).toISOString());
  return `/?${search}`;
}
