import { createContext, useContext } from 'react';
import type { OmsClient } from './client.ts';
import type { Feed } from './feed.ts';
import type { NewsFeed } from './news.ts';
import type { TokenStore } from './token.ts';

/** Who looks at the page, as the OMS knows them. */
export interface Caller {
  /** `token/<name>` or `anonymous/<address>`. */
  who: string;
  role: 'read' | 'report' | 'operate';
}

/** The OMS as every page knows it. */
export interface Oms {
  client: OmsClient;
  news: NewsFeed;
  token: TokenStore;
  /** What the page knows by itself: status and VMs. */
  feed: Feed;
  /** Undefined until the OMS has said so. */
  caller: Caller | undefined;
}

export const OmsContext = createContext<Oms | undefined>(undefined);

export function useOms(): Oms {
  const oms = useContext(OmsContext);
  if (oms === undefined) {
    throw new Error('useOms is for what is drawn within the page of an OMS');
  }
  return oms;
}

/** Why the person may not have anything done here, in words; null: they may. Undefined while that is not known yet. */
export function useRefusal(): string | null | undefined {
  const { caller, feed } = useOms();
  return refusalOf(caller, feed.status?.recording !== null);
}

/** @param isRecording whether a recorded incident is shown, which nobody can act upon */
export function refusalOf(caller: Caller | undefined, isRecording: boolean): string | null | undefined {
  if (isRecording) {
    return 'This is a recorded incident: nothing can be done about it.';
  }
  if (caller === undefined) {
    return undefined;
  }
  if (caller.role === 'operate') {
    return null;
  }
  return caller.who.startsWith('token/')
    ? `Your token (${caller.who.slice('token/'.length)}) may only ${caller.role}; this takes a token of the role operate.`
    : 'Without a token you may only look; this takes a token of the role operate.';
}
