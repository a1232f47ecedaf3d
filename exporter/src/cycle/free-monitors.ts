import type { DomainRef, TimedStatistics } from '@faultline/libvirt';

/**
 * Libvirt gives this statistic only of a domain whose job it had (HAVE_JOB in qemuDomainGetStatsBalloon): nobody was in its
 * control interface, and the bulk call came out of it again.
 */
const SIGN = 'balloon.rss';

/** The instances whose control interface the latest bulk statistics have shown to be free: nothing needs to be asked of it. */
export class FreeMonitors {
  #ids: ReadonlyMap<string, number> = new Map();

  observe(answers: ReadonlyMap<string, TimedStatistics>, domains: readonly { ref: DomainRef }[]): void {
    const ids = new Map<string, number>();
    // A driver without monitors answers nothing.
    if (answers.size > 0)
      for (const { ref } of domains) if (answers.get(ref.uuid)?.values.has(SIGN) === true) ids.set(ref.uuid, ref.id);
    this.#ids = ids;
  }

  wasFree({ uuid, id }: DomainRef): boolean {
    return this.#ids.get(uuid) === id;
  }
}
