import type { Procedure } from '../../protocol/index.ts';
import type { FakeHost } from '../fake-host.ts';

/** What a handler may do to the client that called. */
export interface Caller {
  readonly auth: readonly number[];
  /** Throws RemoteError when that way is not offered. */
  authenticate(way: 'polkit'): void;
  open(name: string | null, flags: number): void;
  register(eventId: number): number;
  deregister(callbackId: number): void;
}

type Handler<P> =
  P extends Procedure<infer Args, infer Ret>
    ? (host: FakeHost, args: Args, caller: Caller) => Ret | Promise<Ret>
    : never;

/** What the daemon does for each call of a table. Throws RemoteError for what it would answer with an error. */
export type Handlers<Table> = { [Name in keyof Table]: Handler<Table[Name]> };
