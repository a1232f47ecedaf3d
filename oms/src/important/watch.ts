import { openAlarm, openAlarmsOf, storeAlarm } from '../alarms/index.ts';
import type { OmsContext } from '../context.ts';
import type { OmsDatabase } from '../database/index.ts';
import type { Tenure } from '../lease/index.ts';
import { stateBar } from '../states/index.ts';
import { findVms, importantVms } from '../vms/index.ts';
import { judge, keyOf, type Watched } from './judge.ts';

/** Silence brings no news, so that it is looked for this often. */
const LOOK_EVERY_MS = 10_000;

type WatchContext = Pick<OmsContext, 'db' | 'config' | 'log' | 'news' | 'now'>;

/** The watch over the VMs that operators call important (A5), for as long as one tenure of the lease. */
export class ImportantWatch {
  readonly #context: WatchContext;
  readonly #tenure: Pick<Tenure, 'fence'>;
  readonly #since: number;

  constructor(context: WatchContext, tenure: Pick<Tenure, 'fence'>) {
    this.#context = context;
    this.#tenure = tenure;
    this.#since = context.now();
  }

  /** Looks at these VMs, or at all, where they are important or have an open alarm because they were, and stores what is to be said of them. */
  async look(only?: ReadonlySet<string>): Promise<void> {
    const { db } = this.#context;
    const important = new Set(await importantVms(db));
    const alarmed = (await openAlarmsOf(db, 'oms')).flatMap(({ vm }) => (vm === undefined ? [] : [vm.uuid]));
    const watched = new Set([...important, ...alarmed]);
    for (const uuid of watched) if (only?.has(uuid) !== false) await this.#lookAt(uuid);
  }

  async #lookAt(uuid: string): Promise<void> {
    const { db, news, now } = this.#context;
    const at = now();
    if ((await this.#judged(db, uuid, at)).length === 0) return;
    const told = await db.transaction().execute(async (trx) => {
      await this.#tenure.fence(trx);
      const alarms = await this.#judged(trx, uuid, at);
      for (const alarm of alarms) await storeAlarm(trx, alarm, { received: at });
      return alarms;
    });
    for (const { id, changed } of told) news.tell({ topic: 'alarm', vm: uuid, id, at: changed });
  }

  async #judged(db: OmsDatabase, uuid: string, now: number) {
    const { staleAfterMs, transientLimitMs } = this.#context.config;
    const [vm] = await findVms(db, { uuid });
    if (vm === undefined) return [];
    const bar = await stateBar(
      db,
      uuid,
      { from: now - staleAfterMs, to: now },
      { now, staleAfterMs, transientLimitMs },
    );
    const abnormal = await openAlarm(db, keyOf('abnormal', uuid));
    const unobserved = await openAlarm(db, keyOf('unobserved', uuid));
    const watched: Watched = {
      vm,
      isImportant: vm.important,
      state: bar.findLast(({ open }) => open) ?? null,
      open: { ...(abnormal && { abnormal }), ...(unobserved && { unobserved }) },
    };
    return judge(watched, { now, since: this.#since, staleAfterMs });
  }
}

/** Looks whenever a state changed, and every few seconds; one look at a time. @returns ends the watch */
export function keepWatch(context: WatchContext, tenure: Tenure): () => Promise<void> {
  const watch = new ImportantWatch(context, tenure);
  /** VMs that are still to be looked at, or all. */
  let due: Set<string> | 'all' = new Set();
  let working: Promise<void> = Promise.resolve();
  let isWorking = false;
  let isEnded = false;

  async function work(): Promise<void> {
    // A batch of reports changes many VMs at once: who is important is asked once for all of them.
    while (!isEnded && (due === 'all' || due.size > 0)) {
      const next = due;
      due = new Set();
      try {
        await watch.look(next === 'all' ? undefined : next);
      } catch (error) {
        context.log.error({ err: error }, 'important VMs could not be looked at; they will be looked at again');
      }
    }
    isWorking = false;
  }
  function look(vm?: string): void {
    if (vm === undefined) due = 'all';
    else if (due !== 'all') due.add(vm);
    if (isWorking || isEnded) return;
    isWorking = true;
    working = work();
  }

  const stopListening = context.news.listen(({ topic, vm }) => {
    if (topic === 'state' && vm !== null) look(vm);
  });
  const timer = setInterval(() => {
    look();
  }, LOOK_EVERY_MS);
  look();
  return async () => {
    isEnded = true;
    clearInterval(timer);
    stopListening();
    await working;
  };
}
