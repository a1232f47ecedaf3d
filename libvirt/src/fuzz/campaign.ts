import { LibvirtError } from '../errors.ts';
import { decodeFrame, procedureOf, recordedFrames, type FrameOutcome } from './frames.ts';
import { FuzzedConnection } from './fuzzed-connection.ts';
import { Mutator } from './mutator.ts';

export interface Campaign {
  frames: number;
  seed: number;
  /** Called every `frames / 8` frames, to look at memory. */
  onEighth?: () => void;
}

/** Without stacks: most frames end in an error, and a stack is 90 % of what that costs. */
export async function withoutStacks<T>(work: () => Promise<T> | T): Promise<T> {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    return await work();
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

/** Damages recorded frames and decodes each. Throws what no damage may lead to, with the frame that did. */
export function fuzzCodec({ frames, seed, onEighth }: Campaign): Record<FrameOutcome, number> {
  const mutator = new Mutator(seed, recordedFrames);
  const outcomes = { decoded: 0, refused: 0, incomplete: 0 };
  for (let i = 0; i < frames; i++) {
    const frame = mutator.mutate(recordedFrames[i % recordedFrames.length] ?? Buffer.alloc(0));
    try {
      outcomes[decodeFrame(frame)]++;
    } catch (error) {
      throw new Error(`frame ${i} of seed ${seed}: ${frame.toString('hex')}`, { cause: error });
    }
    if ((i + 1) % Math.ceil(frames / 8) === 0) onEighth?.();
  }
  return outcomes;
}

/** What became of frames that were sent to whole connections. */
export interface ConnectionOutcomes {
  answered: number;
  failed: number;
  /** Events that were delivered. */
  events: number;
  connections: number;
}

/**
 * The same through whole connections: each damaged reply answers a call that waits, each damaged event a subscription. A
 * connection is used until a frame ends it. Throws if a call or a connection ends in anything but an answer or an error
 * of ours, or if a call is left over.
 */
export async function fuzzConnections({ frames, seed, onEighth }: Campaign): Promise<ConnectionOutcomes> {
  const mutator = new Mutator(seed, recordedFrames);
  const damage = (frame: Buffer): Buffer => mutator.mutate(frame);
  const outcomes = { answered: 0, failed: 0, events: 0, connections: 0 };
  let fuzzed: FuzzedConnection | undefined;
  for (let i = 0; i < frames; i++) {
    if (!fuzzed || fuzzed.ended) {
      outcomes.events += await finish(fuzzed);
      fuzzed = new FuzzedConnection();
      outcomes.connections++;
    }
    const frame = Buffer.from(recordedFrames[i % recordedFrames.length] ?? Buffer.alloc(0));
    const procedure = procedureOf(frame);
    if (procedure) outcomes[await fuzzed.call(procedure, frame, damage)]++;
    else await fuzzed.tell(frame, damage);
    if ((i + 1) % Math.ceil(frames / 8) === 0) onEighth?.();
  }
  outcomes.events += await finish(fuzzed);
  return outcomes;
}

/** Ends a connection; answers how many events it delivered. */
async function finish(fuzzed: FuzzedConnection | undefined): Promise<number> {
  if (!fuzzed) return 0;
  const why = await fuzzed.end();
  if (!(why instanceof LibvirtError)) throw new TypeError('a connection ended without a named error', { cause: why });
  if (fuzzed.session.waiting > 0) throw new TypeError(`${fuzzed.session.waiting} calls were left waiting`);
  return fuzzed.events;
}
