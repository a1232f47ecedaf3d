import { waitMs } from '@faultline/program';
import { Type } from 'typebox';
import { AgentError, type GuestAgent } from './agent.ts';

/** From one question for the end of a program to the next, and for how long it is asked (D: 0.5 s, up to 10 s). */
const POLL_MS = 500;
const PATIENCE_MS = 10_000;
/** Most programs asked for end at once: a first question before the first half second is over saves that. */
const FIRST_POLL_MS = 50;
const MAX_TEXT = 512;

/** What became of a program in the guest. `unknown`: it may have run or not; nothing can be concluded. */
export type ExecOutcome =
  | { kind: 'exited'; exitCode: number; text: string }
  | { kind: 'no-such-program'; text: string }
  | { kind: 'unknown'; text: string };

const Started = Type.Object({ pid: Type.Integer() });
const Status = Type.Object({
  exited: Type.Boolean(),
  exitcode: Type.Optional(Type.Integer()),
  signal: Type.Optional(Type.Integer()),
  'out-data': Type.Optional(Type.String()),
  'err-data': Type.Optional(Type.String()),
});

/** Programs that did not end while they were waited for: their last status is still to be fetched, once. */
export type Unended = Set<number>;

/**
 * Starts a program and asks for its end, two separate calls (D12). The agent gives the final status once: the first
 * `exited: true` is kept, and nobody else asks for that pid.
 *
 * @throws AgentError of the agent as a whole
 */
export async function runInGuest(
  agent: GuestAgent,
  program: { path: string; args: readonly string[] },
  { unended, signal }: { unended: Unended; signal: AbortSignal },
): Promise<ExecOutcome> {
  const { path, args } = program;
  let pid: number;
  try {
    ({ pid } = await agent.ask(Started, 'guest-exec', { path, arg: args, 'capture-output': true }));
  } catch (error) {
    return outcomeOfRefusal(error);
  }
  unended.add(pid);
  const until = performance.now() + PATIENCE_MS;
  await waitMs(FIRST_POLL_MS, signal);
  for (;;) {
    const outcome = await statusOf(agent, pid);
    if (outcome !== null) {
      unended.delete(pid);
      return outcome;
    }
    if (performance.now() + POLL_MS > until) return { kind: 'unknown', text: `${path} has not ended after 10 s` };
    await waitMs(POLL_MS, signal);
  }
}

/** Fetches what ended since; whether everything has. One program at a time is asked of a guest (D18). */
export async function reap(agent: GuestAgent, unended: Unended): Promise<boolean> {
  for (const pid of unended) if ((await statusOf(agent, pid)) !== null) unended.delete(pid);
  return unended.size === 0;
}

/** Null: it runs on. */
async function statusOf(agent: GuestAgent, pid: number): Promise<ExecOutcome | null> {
  try {
    const status = await agent.ask(Status, 'guest-exec-status', { pid });
    if (!status.exited) return null;
    const text = [status['out-data'], status['err-data']].map(decoded).join('').slice(0, MAX_TEXT);
    if (status.exitcode !== undefined) return { kind: 'exited', exitCode: status.exitcode, text };
    return { kind: 'unknown', text: `ended by signal ${status.signal ?? 'unknown'}` };
  } catch (error) {
    return outcomeOfRefusal(error);
  }
}

function outcomeOfRefusal(error: unknown): ExecOutcome {
  if (!(error instanceof AgentError) || error.isFinal) throw error;
  const text = error.message.slice(0, MAX_TEXT);
  // On the class and the cause in parentheses, never on "failed" (D15): "(Permission denied)" says nothing of the guest.
  const isMissing = error.code === 'refused' && /\(No such file or directory\)['"]?$/.test(error.message);
  return { kind: isMissing ? 'no-such-program' : 'unknown', text };
}

function decoded(base64: string | undefined): string {
  return base64 === undefined ? '' : Buffer.from(base64.slice(0, 4 * MAX_TEXT), 'base64').toString('utf8');
}
