import { alarms } from './alarms.ts';
import { connectivity } from './connectivity.ts';
import { cpu } from './cpu.ts';
import { hostState } from './hostState.ts';
import { operations } from './operations.ts';
import { others } from './others.ts';
import { state } from './state.ts';
import { timeAxis } from './timeAxis.ts';
import { verdicts } from './verdicts.ts';

/** The layers of the picture, in the order they are painted: later ones lie above earlier ones. */
export const layers = { timeAxis, cpu, others, hostState, connectivity, state, operations, alarms, verdicts };

/** Those that a person can switch off. The state is what all others are seen against. */
export const SWITCHED = ['cpu', 'others', 'alarms', 'operations', 'hostState', 'connectivity', 'verdicts'] as const;
export type SwitchedLayer = (typeof SWITCHED)[number];
