import { randomUUID } from 'node:crypto';
import { Alarm, AlarmReport } from '@faultline/contracts';
import type { Logger } from 'pino';
import { Type } from 'typebox';
import { messageOf } from '../cycle/link.ts';
import { plainText } from '../plain-text.ts';
import { readJsonIfThere, writeAtomically } from '../reports/files.ts';
import type { SpoolEntry } from '../reports/segment.ts';
import { vmRefOf } from '../reports/event-report.ts';
import type { HostSnapshot } from '../snapshot.ts';
import type { AlarmRule, Finding, Observation } from './rule.ts';

/** What is on disk. `unsettled`: reports of changes that may not have reached the spool yet. */
const BookFile = Type.Object({
  open: Type.Array(Alarm),
  unsettled: Type.Array(Type.Object({ host: Type.String(), report: AlarmReport })),
});

export interface AlarmBookOptions {
  /** File of the open alarms. */
  path: string;
  rules: readonly AlarmRule[];
  /** Puts reports on the spool; resolves when they are safe. */
  append: (entries: readonly SpoolEntry[]) => Promise<void>;
  log: Logger;
  onOpen?: (count: number) => void;
}

/**
 * The host's open alarms. Each change is written to disk before it is reported, so that an alarm keeps its id and is reported to
 * its end also when the exporter is killed in between.
 */
export class AlarmBook {
  readonly #options: AlarmBookOptions;
  /** By key: one open alarm for each condition of each domain (A45). */
  readonly #open = new Map<string, Alarm>();
  /** Memory of the rules, by domain and rule. */
  readonly #memory = new Map<string, Map<string, unknown>>();
  #unsettled: { host: string; report: AlarmReport }[] = [];
  /** Why the file could not be written, while it could not. */
  #unsaved: string | null = null;
  #turn: Promise<void> = Promise.resolve();

  private constructor(options: AlarmBookOptions) {
    this.#options = options;
  }

  /** Reads the open alarms of an earlier run, and reports again what it may not have reported. */
  static async open(options: AlarmBookOptions): Promise<AlarmBook> {
    const book = new AlarmBook(options);
    const file = await readJsonIfThere(options.path, BookFile, options.log);
    if (file !== null) {
      for (const alarm of file.open) book.#open.set(alarm.key, alarm);
      book.#unsettled = file.unsettled;
      await book.#settle();
    }
    options.onOpen?.(book.#open.size);
    return book;
  }

  /** Judges every domain of a good cycle; alarms of domains that are gone are over. */
  observeCycle(host: string, { cycle, domains, readings }: HostSnapshot): Promise<void> {
    const { at } = cycle;
    const guests = new Map(readings.guests?.value.map((guest) => [guest.uuid, guest]));
    return this.#inTurn(async () => {
      const changed = domains.flatMap((domain) =>
        this.#judge({ host, at, vm: vmRefOf(domain), state: domain.state, domain, guest: guests.get(domain.uuid) }),
      );
      const present = new Set(domains.map(({ uuid }) => uuid));
      for (const uuid of this.#memory.keys()) if (!present.has(uuid)) this.#memory.delete(uuid);
      for (const alarm of this.#open.values()) {
        if (alarm.vm !== undefined && !present.has(alarm.vm.uuid)) changed.push(...this.#clear(alarm, at));
      }
      await this.#report(host, changed);
      if (this.#unsaved !== null) await this.#save();
    });
  }

  observeEvent(observation: Observation): Promise<void> {
    return this.#inTurn(() => this.#report(observation.host, this.#judge(observation)));
  }

  #inTurn(work: () => Promise<void>): Promise<void> {
    const result = this.#turn.then(work);
    this.#turn = result.then(
      () => undefined,
      () => undefined, // whoever asked for the work hears of its failure
    );
    return result;
  }

  /** The alarms that this observation raised, changed or cleared. */
  #judge(observation: Observation): Alarm[] {
    const memory = this.#memory.get(observation.vm.uuid) ?? new Map<string, unknown>();
    this.#memory.set(observation.vm.uuid, memory);
    return this.#options.rules.flatMap((rule) => {
      const judgement = rule.judge(observation, memory.get(rule.condition));
      memory.set(rule.condition, judgement.memory);
      return judgement.finding ? this.#take(rule, observation, judgement.finding) : [];
    });
  }

  #take(rule: AlarmRule, { host, at, vm }: Observation, finding: Finding): Alarm[] {
    const key = `${rule.condition}/${vm.uuid}`;
    const alarm = this.#open.get(key);
    if (finding.status === 'absent') return alarm === undefined ? [] : this.#clear(alarm, at);
    const { cause, details, again } = finding;
    if (alarm === undefined) return [this.#keep(newAlarm(rule, { key, host, at, vm, cause, details }))];
    if (!again) return [];
    return [
      this.#keep({
        ...alarm,
        cause: boundedCause(cause),
        details: bounded(details),
        changed: at,
        occurrences: alarm.occurrences + 1,
      }),
    ];
  }

  /** A cycle that began before the alarm's last change knows nothing of it. */
  #clear(alarm: Alarm, at: number): Alarm[] {
    if (at <= alarm.changed) return [];
    this.#open.delete(alarm.key);
    return [{ ...alarm, changed: at, cleared: at }];
  }

  #keep(alarm: Alarm): Alarm {
    this.#open.set(alarm.key, alarm);
    return alarm;
  }

  async #report(host: string, changed: readonly Alarm[]): Promise<void> {
    if (changed.length === 0) return;
    for (const alarm of changed) {
      const { key, level, cause, occurrences, cleared } = alarm;
      this.#options.log.info({ alarm: key, level, cause, occurrences, cleared }, 'alarm');
      this.#unsettled.push({ host, report: { type: 'alarm', id: randomUUID(), alarm } });
    }
    this.#options.onOpen?.(this.#open.size);
    await this.#save();
    await this.#settle();
  }

  /** Reports are put on the spool before the book forgets them; their ids make a second time harmless. */
  async #settle(): Promise<void> {
    if (this.#unsettled.length === 0) return;
    await this.#options.append(this.#unsettled);
    this.#unsettled = [];
    await this.#save();
  }

  /** A disk that takes nothing must not keep an alarm from being reported: the file is written again with the next cycle. */
  async #save(): Promise<void> {
    const { path, log } = this.#options;
    const file = { open: [...this.#open.values()], unsettled: this.#unsettled };
    try {
      await writeAtomically(path, `${JSON.stringify(file)}\n`);
      this.#unsaved = null;
    } catch (error) {
      const cause = messageOf(error);
      if (this.#unsaved !== cause) log.error({ error: cause }, 'the open alarms cannot be kept on disk');
      this.#unsaved = cause;
    }
  }
}

function newAlarm(
  { name, category, level }: AlarmRule,
  { key, host, at, vm, cause, details }: Pick<Alarm, 'key' | 'host' | 'vm' | 'cause' | 'details'> & { at: number },
): Alarm {
  return {
    id: randomUUID(),
    key,
    name,
    category,
    level,
    cause: boundedCause(cause),
    details: bounded(details),
    ...(vm && { vm }),
    host,
    raised: at,
    changed: at,
    occurrences: 1,
    source: `nc:${host}`.slice(0, 255),
  };
}

const boundedCause = (cause: string): string => plainText(cause.slice(0, 4096));

function bounded(details: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(details).map(([name, text]) => [name, plainText(text.slice(0, 1024))]));
}
