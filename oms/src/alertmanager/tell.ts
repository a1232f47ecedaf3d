import type { Tenure } from '../lease/index.ts';
import type { Alertmanager } from './alertmanager.ts';
import { dueAlerts, noteSent, postable, type SentAlerts } from './due.ts';
import type { LinkContext } from './reconcile.ts';
import { MAX_TOLD, tellings, type ToldAlert } from './told/index.ts';

/** In one request. */
const BATCH = 500;
/** After so many intervals without being told again, what was told is over: an OMS may be away for as long, or its successor. */
const LEASE_INTERVALS = 8;

/** Tells one Alertmanager what there is to tell, for as long as one tenure of the lease. What it did not take is due again. */
export class Teller {
  readonly #alertmanager: Alertmanager;
  readonly #context: LinkContext;
  readonly #tenure: Pick<Tenure, 'isHeld'>;
  readonly #sent: SentAlerts = new Map();

  constructor(alertmanager: Alertmanager, context: LinkContext, tenure: Pick<Tenure, 'isHeld'>) {
    this.#alertmanager = alertmanager;
    this.#context = context;
    this.#tenure = tenure;
  }

  async round(stop: AbortSignal): Promise<void> {
    const { now, config, telemetry } = this.#context;
    const { intervalMs } = config.alertmanager;
    const leaseMs = LEASE_INTERVALS * intervalMs;
    const at = now();
    const told = await this.#read(at, leaseMs);
    // A round that comes a moment early must not leave it to the one after.
    const due = dueAlerts(told, this.#sent, { now: at, againMs: intervalMs * 0.9 });
    for (let from = 0; from < due.length; from += BATCH) {
      const batch = due.slice(from, from + BATCH);
      if (stop.aborted || !this.#tenure.isHeld()) return;
      const alerts = batch.map((alert) => postable(alert, { now: at, leaseMs }));
      if (!(await this.#alertmanager.send(alerts, stop))) return;
      noteSent(this.#sent, batch, told, at);
    }
    const { url } = this.#alertmanager.status;
    telemetry.alertmanagerTold.set({ url }, told.filter(({ endedAt }) => endedAt === null).length);
  }

  async #read(now: number, leaseMs: number): Promise<ToldAlert[]> {
    const { db, config, log } = this.#context;
    const told: ToldAlert[] = [];
    for (const { kind, read } of tellings) {
      const all = await read(db, { now, endedAfter: now - leaseMs, config });
      const open = all.filter(({ endedAt }) => endedAt === null).length;
      if (open >= MAX_TOLD) log.warn({ kind, most: MAX_TOLD }, 'there is more to tell Alertmanager than is told');
      told.push(...all);
    }
    return told;
  }
}
