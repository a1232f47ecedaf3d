import type { AlarmRecord as Alarm, OperatorState } from '@faultline/contracts';

const ACTS = ['acknowledge', 'shelve', 'unshelve', 'note', 'close'] as const;
export type Act = (typeof ACTS)[number];

/** From which operator states the OMS takes each act; from a closed alarm there is no way but that it happens again. */
const FROM: Record<Act, readonly OperatorState[]> = {
  acknowledge: ['none', 'shelved'],
  shelve: ['none', 'acknowledged', 'shelved'],
  unshelve: ['shelved'],
  note: ['none', 'acknowledged', 'shelved', 'closed'],
  close: ['none', 'acknowledged', 'shelved'],
};

/** What can be done about an alarm as it is now, the most usual first. */
export function actsOn({ operator, cleared }: Pick<Alarm, 'operator' | 'cleared'>): Act[] {
  return ACTS.filter((act) => FROM[act].includes(operator.state) && !(act === 'shelve' && cleared !== undefined));
}

/** What is sent for an act: path and body. `now` is the OMS's clock. */
export function requestOf(
  id: string,
  act: Act,
  { by, note, spanMs, now }: { by: string; note: string; spanMs: number; now: number },
): { path: string; body: object } {
  const said = note.trim();
  return {
    path: `/api/v1/alarms/${encodeURIComponent(id)}/${act}`,
    body: {
      ...(by.trim() !== '' && { by: by.trim() }),
      ...(said !== '' && { note: said }),
      ...(act === 'shelve' && { until: now + spanMs }),
    },
  };
}
