import { nothing, type Codec } from '../wire/codec.ts';

/** A program of libvirt's RPC: its number, its version and the file that describes it. */
export interface Program {
  number: number;
  version: number;
  source: string;
}

/** src/remote/remote_protocol.x: REMOTE_PROGRAM, REMOTE_PROTOCOL_VERSION. */
export const remoteProgram: Program = { number: 0x20008086, version: 1, source: 'src/remote/remote_protocol.x' };

/** src/remote/qemu_protocol.x: QEMU_PROGRAM, QEMU_PROTOCOL_VERSION. */
export const qemuProgram: Program = { number: 0x20008087, version: 1, source: 'src/remote/qemu_protocol.x' };

/** src/rpc/virkeepaliveprotocol.x: KEEPALIVE_PROGRAM ("keep"), KEEPALIVE_PROTOCOL_VERSION. */
export const keepaliveProgram: Program = { number: 0x6b656570, version: 1, source: 'src/rpc/virkeepaliveprotocol.x' };

/** One row of the procedure table. The structs' layouts are those of `<name in lower case>_args` and `_ret`. */
export interface Procedure<Args, Ret> {
  program: Program;
  /** The name in the program's procedure enum, without its prefix, e.g. `DOMAIN_GET_STATE`. */
  name: string;
  number: number;
  args: Codec<Args>;
  ret: Codec<Ret>;
}

/** A maker of rows for one program; a missing `args` or `ret` is void. */
export function rowsOf(program: Program) {
  return <Args = undefined, Ret = undefined>(
    number: number,
    name: string,
    types: { args?: Codec<Args>; ret?: Codec<Ret> },
  ): Procedure<Args, Ret> => ({
    program,
    name,
    number,
    args: types.args ?? (nothing as Codec<Args>),
    ret: types.ret ?? (nothing as Codec<Ret>),
  });
}
