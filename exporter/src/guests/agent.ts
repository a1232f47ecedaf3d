import { CallTimeoutError, ProtocolError, RemoteError, type DomainRef } from '@faultline/libvirt';
import type { Static, TSchema } from 'typebox';
import { Value } from 'typebox/value';
import type { AgentConnection } from './connections.ts';

/**
 * Why an agent did not do what it was asked. `silent`, `disconnected`, `no-channel` and `frozen` are of the agent as a whole;
 * `disabled` (by qemu-ga's own policy, or a command it does not know), `refused` and `malformed` of one command.
 */
export type AgentFailure = 'no-channel' | 'disconnected' | 'silent' | 'frozen' | 'disabled' | 'refused' | 'malformed';

/** The agent did not do what it was asked. It does not mean that anything is wrong with the guest. */
export class AgentError extends Error {
  override readonly name = 'AgentError';
  readonly code: AgentFailure;

  constructor(code: AgentFailure, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }

  /** Whether nothing more can be asked of this agent now. */
  get isFinal(): boolean {
    return ['no-channel', 'disconnected', 'silent', 'frozen'].includes(this.code);
  }
}

/** What libvirt's and the agent's errors mean (D15): by class, and where one class has several, by the agent's own words. */
function agentErrorOf(error: unknown): AgentError | null {
  if (error instanceof CallTimeoutError) return new AgentError('silent', error.message, { cause: error });
  if (error instanceof ProtocolError) return new AgentError('malformed', error.message, { cause: error });
  if (!(error instanceof RemoteError)) return null;
  const code = failureOf(error);
  return code === null ? null : new AgentError(code, error.message, { cause: error });
}

function failureOf({ codeName, message }: RemoteError): AgentFailure | null {
  switch (codeName) {
    case 'VIR_ERR_ARGUMENT_UNSUPPORTED':
    case 'VIR_ERR_CONFIG_UNSUPPORTED':
      return 'no-channel';
    case 'VIR_ERR_AGENT_UNRESPONSIVE':
      return message.includes('not connected') ? 'disconnected' : 'silent';
    case 'VIR_ERR_AGENT_COMMAND_TIMEOUT':
    case 'VIR_ERR_AGENT_UNSYNCED':
    case 'VIR_ERR_OPERATION_TIMEOUT':
      return 'silent';
    // libvirt 9 gives the agent's own errors as internal ones.
    case 'VIR_ERR_INTERNAL_ERROR':
    case 'VIR_ERR_AGENT_COMMAND_FAILED':
      if (message.includes('frozen state')) return 'frozen';
      return /has been disabled|has not been found|CommandNotFound|not allowed/.test(message) ? 'disabled' : 'refused';
    default:
      return null;
  }
}

/** The agent of one domain, over one connection; one command at a time. */
export class GuestAgent {
  readonly #connection: AgentConnection;
  readonly #domain: DomainRef;
  readonly #options: { callTimeoutMs: number; signal: AbortSignal };
  #hasAnswered = false;

  constructor(connection: AgentConnection, domain: DomainRef, options: { callTimeoutMs: number; signal: AbortSignal }) {
    this.#connection = connection;
    this.#domain = domain;
    this.#options = options;
  }

  /** Whether it has answered anything yet, be it with an error. */
  get hasAnswered(): boolean {
    return this.#hasAnswered;
  }

  /**
   * Sends one command. What a guest answers is anything until the schema has seen it.
   *
   * @throws AgentError; LibvirtError when the connection or the domain is gone, or the signal was aborted
   */
  async ask<Schema extends TSchema>(schema: Schema, execute: string, args?: object): Promise<Static<Schema>> {
    const { callTimeoutMs, signal } = this.#options;
    // libvirt counts in whole seconds, and takes up to 5 s for its own synchronisation besides.
    const agentTimeoutSeconds = Math.max(1, Math.ceil(callTimeoutMs / 1000));
    const command = args === undefined ? { execute } : { execute, arguments: args };
    let answer: unknown;
    try {
      answer = await this.#connection.agentCommand(this.#domain, command, { agentTimeoutSeconds, signal });
    } catch (error) {
      const failure = agentErrorOf(error);
      if (failure === null) throw error;
      this.#hasAnswered ||= !['no-channel', 'disconnected', 'silent'].includes(failure.code);
      throw failure;
    }
    this.#hasAnswered = true;
    if (Value.Check(schema, answer)) return answer;
    throw new AgentError('malformed', `${execute} was answered with something else than it promises`);
  }
}
