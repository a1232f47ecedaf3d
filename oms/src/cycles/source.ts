import type { OmsStatus } from '@faultline/contracts';

/** Where cycles come from. Sources differ in how they ask; what they bring is the same (decision 3). */
export interface CycleSource {
  /** Begins to bring cycles; it goes on until {@link stop}. */
  start(): void;
  /** Ends what is under way and resolves when nothing more will be brought. */
  stop(): Promise<void>;
  /** How each place it asks is doing. */
  hosts(): OmsStatus['hosts'];
}
