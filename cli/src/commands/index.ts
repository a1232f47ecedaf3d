import type { AddCommand } from '../command.ts';
import { ack } from './ack.ts';
import { alarm } from './alarm.ts';
import { alarms } from './alarms.ts';
import { ask } from './ask.ts';
import { diagnose } from './diagnose.ts';
import { operation } from './operation.ts';
import { report } from './report.ts';
import { timeline } from './timeline.ts';
import { vms } from './vms.ts';

/** What can be asked at a terminal, in the order of the help. */
export const commands: readonly AddCommand[] = [vms, timeline, diagnose, operation, ask, alarms, alarm, ack, report];
