import type { Duplex } from 'node:stream';
import type { Machine } from '../machine.ts';
import type { LibvirtUri } from '../uri.ts';

/** Files for TLS, each in place of the one that libvirt's layout names. */
export interface TlsFiles {
  /** Certificates (PEM) that the daemon's must be signed by. */
  caFile?: string;
  /** Our own certificate and its key (PEM); both or none. */
  certFile?: string;
  keyFile?: string;
  /** Certificates that the CA took back (PEM). */
  crlFile?: string;
}

/** How long a connection may take to come about. */
export interface OpenLimits {
  /** On the clock of `performance.now()`. */
  deadline: number;
  signal?: AbortSignal | undefined;
}

export interface OpenOptions {
  readOnly: boolean;
  tls: TlsFiles;
  machine: Machine;
}

/** A way to a daemon: from a URI to a stream on which its RPC protocol begins. */
export interface Transport {
  /** As written after the `+` of a URI. */
  name: string;
  /** Throws UriError, ConnectError, TlsError, CallAbortedError. */
  open(uri: LibvirtUri, options: OpenOptions, limits: OpenLimits): Promise<Duplex>;
}
