import { defineLayer } from '../layer.ts';
import type { ConnectivityStretch, GuestVerdict } from '../model.ts';
import { paintTones, placeTones, type ToneBox } from '../thinLane.ts';
import type { Tone } from '../theme.ts';

export const CONNECTIVITY_TONE: Record<GuestVerdict, Tone> = {
  ok: 'good',
  'external-abnormal': 'bad',
  'gateway-abnormal': 'bad',
  'both-abnormal': 'bad',
  'agent-unavailable': 'warning',
  'tool-missing': 'unknown',
  unknown: 'unknown',
};

/** What looking into the guest found of its network (D17). */
export const connectivity = defineLayer<ToneBox<ConnectivityStretch>[]>({
  id: 'connectivity',
  place: (timeline, scale, { band }) =>
    placeTones(timeline.connectivity, ({ verdict }) => CONNECTIVITY_TONE[verdict], scale, { band, now: timeline.now }),
  paint: paintTones,
});
