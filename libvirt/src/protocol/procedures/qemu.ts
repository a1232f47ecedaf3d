import type { DomainRef } from '../../domain.ts';
import { int, struct, uint } from '../../wire/codec.ts';
import { qemuProgram, rowsOf } from '../procedure.ts';
import { domainRef, optionalText, text } from '../types.ts';

const row = rowsOf(qemuProgram);

/** The calls we make of qemu_protocol.x, `enum qemu_procedure`. */
export const qemuProcedures = {
  domainMonitorCommand: row(1, 'DOMAIN_MONITOR_COMMAND', {
    args: struct<{ domain: DomainRef; command: string; flags: number }>({
      domain: domainRef,
      command: text,
      flags: uint,
    }),
    ret: struct<{ result: string }>({ result: text }),
  }),
  domainAgentCommand: row(3, 'DOMAIN_AGENT_COMMAND', {
    // `timeout` in seconds, or VIR_DOMAIN_QEMU_AGENT_COMMAND_* (libvirt-qemu.h).
    args: struct<{ domain: DomainRef; command: string; timeout: number; flags: number }>({
      domain: domainRef,
      command: text,
      timeout: int,
      flags: uint,
    }),
    ret: struct<{ result: string | null }>({ result: optionalText }),
  }),
};
