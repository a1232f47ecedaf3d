import type { GuestReport } from '../../guests/report.ts';
import { defineAlarmRule, stateText, type Finding } from '../rule.ts';

/** Of a guest that could not be asked for so long that it is no explanation any more, why not. */
function causeOf({ agent, agentText }: GuestReport): string {
  return agent === 'unknown' || agent === 'frozen'
    ? `the guest agent has been out of reach for longer than is accepted: ${agentText}`
    : `the guest agent does not answer (${agent})`;
}

/**
 * The agent of a running VM does not answer, and nothing explains it (any longer). Lost is what was there: a channel that stays
 * open proves an agent as well as an answer did, and a VM that never had one is not alarmed about.
 */
export function guestAgentLost(rounds: number) {
  return defineAlarmRule({
    condition: 'guest-agent-lost',
    name: 'Guest agent lost',
    category: 'communications',
    level: 'minor',
    judge: ({ host, state, domain, guest }): { finding?: Finding } => {
      if (domain === undefined) return {};
      if (domain.id < 0) return { finding: { status: 'absent' } };
      if (guest === undefined || guest.suppressed !== null) return {};
      const { agent, agentText, everAnswered, inARow, verdict } = guest;
      if (agent === 'answering' || agent === 'no-channel') return { finding: { status: 'absent' } };
      const wasThere = everAnswered || agent === 'silent' || agent === 'frozen';
      if (verdict !== 'agent-unavailable' || !wasThere || inARow.silent < rounds) return {};
      return {
        finding: {
          status: 'present',
          cause: causeOf(guest),
          details: { host, agent, said: agentText, rounds: String(inARow.silent), state: stateText(state) },
          again: false,
        },
      };
    },
  });
}
