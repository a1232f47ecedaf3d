import { alarms } from './alarms.ts';
import { cpu } from './cpu.ts';
import { operations } from './operations.ts';
import { state } from './state.ts';
import { timeAxis } from './timeAxis.ts';

/** The layers of the picture, in the order they are painted: later ones lie above earlier ones. */
export const layers = { timeAxis, cpu, state, operations, alarms };
