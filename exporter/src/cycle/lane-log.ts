import type { LaneTrouble } from '@faultline/libvirt';
import type { Logger } from 'pino';
import { messageOf } from './link.ts';

/** Writes what goes wrong in the statistics lane into the log. */
export function logTrouble(log: Logger): (trouble: LaneTrouble) => void {
  return (trouble) => {
    switch (trouble.kind) {
      case 'failed':
        log.warn({ error: messageOf(trouble.error) }, 'statistics cannot be read');
        return;
      case 'bulk-failed':
        log.warn(
          { error: messageOf(trouble.error), domains: trouble.domains },
          'bulk statistics failed: asking one by one',
        );
        return;
      case 'domain-failed':
        log.warn({ ...named(trouble), error: messageOf(trouble.error) }, 'no statistics of the domain');
        return;
      case 'not-answered':
        log.warn(
          { ...named(trouble), control: trouble.control },
          'the domain does not answer: left out of the statistics',
        );
        return;
      case 'too-many-stuck':
        log.error(
          { owing: trouble.stuck },
          'too many domains owe an answer: no more are asked for statistics until one gives it',
        );
    }
  };
}

function named({ domain }: Extract<LaneTrouble, { domain: unknown }>): { domain: string; uuid: string } {
  return { domain: domain.name, uuid: domain.uuid };
}
