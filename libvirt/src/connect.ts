import type { Connection } from './connection.ts';

export interface ConnectOptions {
  /** `qemu:///system`, `qemu+unix:///system?socket=/path/libvirt-sock`, `test+unix:///default?socket=...`. */
  uri: string;
  /** Opens the hypervisor read-only (virConnectOpenReadOnly). Default false. */
  readOnly?: boolean;
  /** For the whole of socket, authentication and open. Default 10 000. */
  connectTimeoutMs?: number;
  /** Default deadline of every call. Default 10 000. */
  callTimeoutMs?: number;
  /** A ping every `intervalMs` of silence; lost after `count` unanswered. Default 5 000 and 5. */
  keepalive?: { intervalMs: number; count: number } | false;
  signal?: AbortSignal;
}

export declare function connect(options: ConnectOptions): Promise<Connection>;
