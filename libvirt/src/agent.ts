import type { CallOptions } from './call-options.ts';
import { ProtocolError } from './errors.ts';

export interface AgentCommandOptions extends CallOptions {
  /**
   * How long libvirt waits for the guest agent, seconds: -1 its default (5 s), -2 for ever, 0 not at all
   * (VIR_DOMAIN_QEMU_AGENT_COMMAND_*). Default -1. A frozen agent can take 5 s more (libvirt's own synchronisation).
   */
  agentTimeoutSeconds?: number;
}

/** VIR_DOMAIN_QEMU_AGENT_COMMAND_DEFAULT, libvirt-qemu.h. */
const agentDefault = -1;
/** What libvirt then waits (VIR_DOMAIN_QEMU_AGENT_WAIT_TIME, qemu_agent.c). */
const agentDefaultSeconds = 5;
/** What libvirt may need on top of the agent's time: 5 s of synchronisation, and the way there and back. */
const agentMarginMs = 6_000;

/** The agent's timeout as the protocol has it, and what the call may then take at least. */
export function agentTimeout(agentTimeoutSeconds = agentDefault) {
  const seconds = agentTimeoutSeconds === agentDefault ? agentDefaultSeconds : agentTimeoutSeconds;
  const atLeastMs = seconds > 0 ? seconds * 1_000 + agentMarginMs : 0;
  return { timeout: agentTimeoutSeconds, atLeastMs };
}

/** The `return` of an agent's answer. ProtocolError when it is not an answer; the connection is not affected. */
export function parseAgentReply(result: string | null): unknown {
  if (result === null) return undefined;
  let answer: unknown;
  try {
    answer = JSON.parse(result);
  } catch (error) {
    throw new ProtocolError('the guest agent did not answer in JSON', { cause: error });
  }
  if (typeof answer !== 'object' || answer === null || !('return' in answer)) {
    throw new ProtocolError('the guest agent answered without a return value');
  }
  return answer.return;
}
