import type { PlainFrame } from '../timeline/frames.ts';
import type { AlarmMark, OperationMark, Series } from '../timeline/model.ts';
import type { MappingRow } from './mapping.ts';
import type { Problems } from './problem.ts';
import type { Run } from './runs.ts';
import type { VmName } from './vm.ts';

interface Samples {
  times: number[];
  values: (number | null)[];
  stepMs: number;
}

/** What one frame says about one VM. */
export type Found =
  /** A frame of ours, read with the others of its VM. */
  | { kind: 'frame'; frame: PlainFrame }
  /** CPU in percent of the VM's vCPUs. */
  | ({ kind: 'percent'; name: string } & Samples)
  /** CPU seconds a second of the whole VM, and of one vCPU. */
  | ({ kind: 'cores' } & Samples)
  | ({ kind: 'vcpu-cores' } & Samples)
  /** How many vCPUs the VM has. */
  | ({ kind: 'vcpus' } & Samples)
  | { kind: 'runs'; runs: Run[] }
  | { kind: 'operations'; marks: OperationMark[] }
  | { kind: 'alarms'; marks: AlarmMark[] }
  | { kind: 'series'; series: Series; stepMs: number }
  /** The name that its owner gave the VM. */
  | { kind: 'title'; title: string };

/** Who found it; where two know the CPU or the state of a VM, the first of these is shown. */
export const FOUND_BY = ['mapping', 'ours', 'prometheus'] as const;

export type Finding = Found & { query: string; by: (typeof FOUND_BY)[number]; vm: VmName | null; labels?: string[] };

export interface ReadContext {
  mapping: readonly MappingRow[];
  problems: Problems;
  /** What the range asked for ends at, but not after the reader's clock, ms. */
  until: number;
  /** Whether series of firing alerts are among the frames. */
  alertsFire: boolean;
}

/** One kind of frames the panel understands. */
interface Recogniser {
  id: Finding['by'];
  /** @returns null where the frame is none of its own, so that the next one is asked */
  read(frame: PlainFrame, context: ReadContext): Finding[] | null;
}

export function defineRecogniser(recogniser: Recogniser): Recogniser {
  return recogniser;
}
