/**
 * Every way in which this package fails, by name. Callers decide on `code` (or `instanceof`), people read `message`.
 * Messages never carry credentials; a URI in a message is shown without its user.
 */
export class LibvirtError extends Error {
  readonly code: string;

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
    this.code = code;
  }
}

/**
 * Thrown by `connect` when no session came about: no such socket, permission denied, no answer within
 * `connectTimeoutMs`, or the daemon refused to open the hypervisor (then `cause` is the RemoteError).
 * It does not mean that the host or its VMs are down.
 */
export class ConnectError extends LibvirtError {
  constructor(message: string, options?: ErrorOptions, code = 'connect-failed') {
    super(code, message, options);
  }
}

/** Thrown by `connect`, before anything is sent, for a URI that cannot be used. It does not get better by waiting. */
export class UriError extends ConnectError {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options, 'uri-unusable');
  }
}

/**
 * Thrown by `connect` when there is a listener and no TLS with it: a certificate file is missing or unusable, the
 * daemon's certificate is not trusted or names another host, or the daemon does not accept ours.
 */
export class TlsError extends ConnectError {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options, 'tls-failed');
  }
}

/**
 * Thrown by `connect` when the daemon wants a login that we cannot give: SASL, or polkit does not let this user in
 * (then `cause` is the daemon's RemoteError).
 */
export class AuthenticationRequiredError extends LibvirtError {
  /** What the daemon offers, e.g. `['sasl']`. */
  readonly offered: readonly string[];

  constructor(message: string, offered: readonly string[], options?: ErrorOptions) {
    super('authentication-required', message, options);
    this.offered = offered;
  }
}

/**
 * Every waiting call rejects with this when the connection ended without us asking: the daemon went away, the socket
 * broke, keepalive was not answered, or `destroy` gave the connection up. Whether the call took effect is unknown.
 */
export class ConnectionLostError extends LibvirtError {
  constructor(message: string, options?: ErrorOptions) {
    super('connection-lost', message, options);
  }
}

/** Rejects calls that were pending when `close()` was called, and every call made after it. */
export class ConnectionClosedError extends LibvirtError {
  constructor(message = 'the connection was closed by its owner', options?: ErrorOptions) {
    super('connection-closed', message, options);
  }
}

/**
 * The answer did not come within `timeoutMs`. The daemon may still be working on the call and its effect is unknown;
 * the late reply is recognised and dropped. The connection stays usable.
 */
export class CallTimeoutError extends LibvirtError {
  readonly procedure: string;
  readonly timeoutMs: number;

  constructor(procedure: string, timeoutMs: number) {
    super('call-timeout', `${procedure} was not answered within ${timeoutMs} ms`);
    this.procedure = procedure;
    this.timeoutMs = timeoutMs;
  }
}

/** The caller's `signal` was aborted; `cause` is its reason. As with a timeout, the call's effect is unknown. */
export class CallAbortedError extends LibvirtError {
  readonly procedure: string;

  constructor(procedure: string, reason: unknown) {
    super('call-aborted', `${procedure} was aborted by its caller`, { cause: reason });
    this.procedure = procedure;
  }
}

/** Thrown by a call when `limit` others already wait on this connection; nothing was sent. */
export class TooManyCallsError extends LibvirtError {
  constructor(limit: number) {
    super('too-many-calls', `${limit} calls are already waiting on this connection`);
  }
}

/**
 * The bytes do not follow the protocol: a bad length, a truncated or oversized value, a reply to a call never made.
 * Received bytes that break the protocol also end the connection. Thrown too, without ending the connection, for an
 * argument that the protocol cannot carry (a string over its limit, a number out of range, a malformed UUID).
 */
export class ProtocolError extends LibvirtError {
  constructor(message: string, options?: ErrorOptions) {
    super('protocol', message, options);
  }
}

/** What the daemon said, as numbers and as libvirt's names. */
export interface RemoteErrorDetails {
  /** virErrorNumber, e.g. 55. */
  libvirtCode: number;
  /** The name of that number, e.g. `VIR_ERR_OPERATION_INVALID`; `VIR_ERR_<number>` for one we have no name for. */
  codeName: string;
  /** virErrorDomain: the part of libvirt that raised it, e.g. 10 for QEMU. */
  domain: number;
  /** virErrorLevel. */
  level: 'none' | 'warning' | 'error';
}

/** The daemon answered the call with an error: it was understood and refused, or failed on the host. */
export class RemoteError extends LibvirtError implements RemoteErrorDetails {
  readonly libvirtCode: number;
  readonly codeName: string;
  readonly domain: number;
  readonly level: 'none' | 'warning' | 'error';

  constructor(message: string, details: RemoteErrorDetails) {
    super('remote', message);
    this.libvirtCode = details.libvirtCode;
    this.codeName = details.codeName;
    this.domain = details.domain;
    this.level = details.level;
  }
}
