import { createContext, useContext, useMemo } from 'react';
import type { AlarmRecord as Alarm } from '@faultline/contracts';
import { openAlarmsByVm, type OpenAlarms } from './alarm.ts';
import { pathOf, type OmsClient } from './client.ts';
import { useOms } from './context.ts';
import { useAnswer } from './live.ts';
import type { NewsTopic } from './news.ts';

/** Of more open alarms than these, the rest is not counted: nobody looks at them one by one. */
const MOST_ALARMS = 2_000;
const PAGE = 500;
const TOPICS: readonly NewsTopic[] = ['alarm'];

/** What is open, over all VMs. */
export interface AllOpenAlarms {
  byVm: ReadonlyMap<string, OpenAlarms>;
  critical: number;
  /** Whether there are more than were counted. */
  truncated: boolean;
}

const NONE: AllOpenAlarms = { byVm: new Map(), critical: 0, truncated: false };

export const OpenAlarmsContext = createContext<AllOpenAlarms>(NONE);
export const useOpenAlarms = (): AllOpenAlarms => useContext(OpenAlarmsContext);

/** Keeps the open alarms up to date: once for the whole page. */
export function useLiveOpenAlarms(): AllOpenAlarms {
  const { client } = useOms();
  const { data } = useAnswer('open alarms', () => askOpenAlarms(client), { topics: TOPICS });
  return useMemo(() => {
    if (data === undefined) {
      return NONE;
    }
    const critical = data.alarms.filter(({ level }) => level === 'critical').length;
    return { byVm: openAlarmsByVm(data.alarms), critical, truncated: data.truncated };
  }, [data]);
}

/** Every open alarm up to the bound. */
async function askOpenAlarms(client: OmsClient): Promise<{ alarms: Alarm[]; truncated: boolean }> {
  const alarms: Alarm[] = [];
  let cursor: string | null = null;
  do {
    const path: string = pathOf('/api/v1/alarms', { open: true, limit: PAGE, cursor });
    const page: { items: Alarm[]; next: string | null } = await client.get(path);
    alarms.push(...page.items);
    cursor = page.next;
  } while (cursor !== null && alarms.length < MOST_ALARMS);
  return { alarms, truncated: cursor !== null };
}
