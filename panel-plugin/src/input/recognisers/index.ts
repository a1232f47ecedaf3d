import { mapped } from './mapped.ts';
import { ours } from './ours.ts';
import { prometheus } from './prometheus.ts';

/** In the order they are asked whose a frame is: what the reader of the panel said goes before what we know. */
export const recognisers = [mapped, ours, prometheus];
