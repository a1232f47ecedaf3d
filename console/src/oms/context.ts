import { createContext, useContext } from 'react';
import type { OmsClient } from './client.ts';
import type { Feed } from './feed.ts';
import type { NewsFeed } from './news.ts';
import { refusalOf, type Caller } from './refusal.ts';
import type { TokenStore } from './token.ts';

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
