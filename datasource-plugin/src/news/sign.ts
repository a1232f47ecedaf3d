import type { News, NEWS_TOPICS, NewsTopic } from '@faultline/contracts';
import type { Followed } from '../queries/definition.ts';
import type { StreamEvent } from './events.ts';

const TOPICS: typeof NEWS_TOPICS = ['state', 'operation', 'alarm', 'connectivity', 'verdict'];

/** What an event of the stream of news says: that something is new, that anything may be, or that there will be none for who asks. */
export type Sign = { kind: 'news'; topic: NewsTopic; vm: string | null } | { kind: 'anything' } | { kind: 'refused' };

/** Reads an event. A newer OMS may send more: what is not known is no sign. */
export function signOf({ name, data }: StreamEvent): Sign | undefined {
  // `ready` too: what was stored between the last answer and the beginning of the stream is told nowhere.
  if (name === 'ready' || name === 'resync') {
    return { kind: 'anything' };
  }
  const read = parsed(data);
  if (name === 'end') {
    return read?.['reason'] === 'unauthorized' ? { kind: 'refused' } : undefined;
  }
  const topic = TOPICS.find((each) => each === name);
  const vm = read?.['vm' satisfies keyof News];
  return topic !== undefined && (typeof vm === 'string' || vm === null) ? { kind: 'news', topic, vm } : undefined;
}

/** Whether a sign makes it worth asking again. */
export function concerns(sign: Sign, { topics, vm }: Followed): boolean {
  if (sign.kind === 'anything') {
    return true;
  }
  return (
    sign.kind === 'news' && topics.includes(sign.topic) && (vm === undefined || sign.vm === null || sign.vm === vm)
  );
}

function parsed(data: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(data);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
