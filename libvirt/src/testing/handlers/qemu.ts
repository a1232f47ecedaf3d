import type { qemuProcedures } from '../../protocol/procedures/qemu.ts';
import { runAgent } from '../fake-agent.ts';
import { runMonitor } from '../fake-monitor.ts';
import type { Handlers } from './handler.ts';

export const qemuHandlers: Handlers<typeof qemuProcedures> = {
  domainMonitorCommand: (host, { domain, command, flags }) => ({
    result: runMonitor(host.active(domain), command, flags),
  }),
  domainAgentCommand: async (host, { domain, command }) => ({ result: await runAgent(host.active(domain), command) }),
};
