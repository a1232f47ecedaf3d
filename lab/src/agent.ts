import { Type, type Static, type TSchema } from 'typebox';
import { Value } from 'typebox/value';
import { CommandError, LabError } from './errors.ts';
import { waitFor } from './wait.ts';

/** Sends one command to a guest agent and answers its reply's text. */
export type AgentTransport = (command: string, options: { deadlineMs: number }) => Promise<string>;

export interface ExecOptions {
  /** The program must have ended after this many milliseconds. Default 10 000. */
  deadlineMs?: number;
}

export interface ExecResult {
  /** Null if a signal ended it. */
  exitCode: number | null;
  signal: number | null;
  stdout: string;
  stderr: string;
}

const Started = Type.Object({ return: Type.Object({ pid: Type.Integer() }) });
const Status = Type.Object({
  return: Type.Object({
    exited: Type.Boolean(),
    exitcode: Type.Optional(Type.Integer()),
    signal: Type.Optional(Type.Integer()),
    'out-data': Type.Optional(Type.String()),
    'err-data': Type.Optional(Type.String()),
  }),
});

async function ask<T extends TSchema>(send: AgentTransport, schema: T, command: object): Promise<Static<T>> {
  const reply: unknown = JSON.parse(await send(JSON.stringify(command), { deadlineMs: 10_000 }));
  if (Value.Check(schema, reply)) return reply;
  throw new LabError('agent-error', `the guest agent answered ${JSON.stringify(reply)}`);
}

/** Whether the agent answers a ping within `deadlineMs`. "Connected" is less: that is only the channel. */
export async function agentAnswers(send: AgentTransport, deadlineMs: number): Promise<boolean> {
  return send('{"execute":"guest-ping"}', { deadlineMs }).then(
    () => true,
    (error: unknown) => {
      if (error instanceof CommandError) return false;
      throw error;
    },
  );
}

/** Starts a program in the guest and does not wait for its end. Answers its pid there. */
export async function agentSpawn(send: AgentTransport, path: string, args: readonly string[]): Promise<number> {
  const command = { execute: 'guest-exec', arguments: { path, arg: args, 'capture-output': true } };
  return (await ask(send, Started, command)).return.pid;
}

/** Runs a program in the guest to its end. Throws LabError `deadline`, CommandError (no agent, no such program). */
export async function agentExec(
  send: AgentTransport,
  path: string,
  args: readonly string[],
  { deadlineMs = 10_000 }: ExecOptions = {},
): Promise<ExecResult> {
  const pid = await agentSpawn(send, path, args);
  const status = { execute: 'guest-exec-status', arguments: { pid } };
  const end = await waitFor(
    async () => {
      const { return: seen } = await ask(send, Status, status);
      return seen.exited ? seen : undefined;
    },
    { what: `${path} in the guest to end`, deadlineMs, intervalMs: 50 },
  );
  const decode = (data: string | undefined): string => Buffer.from(data ?? '', 'base64').toString('utf8');
  return {
    exitCode: end.exitcode ?? null,
    signal: end.signal ?? null,
    stdout: decode(end['out-data']),
    stderr: decode(end['err-data']),
  };
}
