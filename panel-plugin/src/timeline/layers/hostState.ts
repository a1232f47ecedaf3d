import { defineLayer } from '../layer.ts';
import type { HostState, HostStretch } from '../model.ts';
import { paintTones, placeTones, type ToneBox } from '../thinLane.ts';
import type { Tone } from '../theme.ts';

export const HOST_TONE: Record<HostState, Tone> = {
  normal: 'good',
  reached: 'good',
  unknown: 'unknown',
  unreached: 'warning',
  abnormal: 'bad',
};

/** How the VM's host was, cycle by cycle: without it nobody can tell the host's fault from the VM's. */
export const hostState = defineLayer<ToneBox<HostStretch>[]>({
  id: 'host-state',
  place: ({ hosts, now }, scale, { band }) => placeTones(hosts, ({ state }) => HOST_TONE[state], scale, { band, now }),
  paint: paintTones,
});
