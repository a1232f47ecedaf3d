import { Agent } from 'node:https';
import { connect, type ConnectionOptions, type TLSSocket } from 'node:tls';
import { BmcError } from '../errors.ts';

/** How it is known that the other end is the BMC. Credentials are sent only after that. */
export type Trust =
  /** A certificate that one of these authorities signed, for the name in the URL. `pem` absent: the system's authorities. */
  | { by: 'authority'; pem?: string }
  /** Exactly this certificate, whatever name it carries: BMCs sign their own for no name. SHA-256, upper case with colons. */
  | { by: 'fingerprint'; sha256: string }
  /** Anybody: only because the operator said so. */
  | { by: 'nothing' };

type Connected = (error: Error | null, socket?: TLSSocket) => void;

/** An agent that keeps a few connections open and hands out none that is not trusted. */
export function agentFor(trust: Trust): Agent {
  const agent = new Agent({
    keepAlive: true,
    maxSockets: 4,
    rejectUnauthorized: trust.by === 'authority',
    ...(trust.by === 'authority' && trust.pem !== undefined && { ca: trust.pem }),
  });
  if (trust.by === 'fingerprint') {
    Object.assign(agent, {
      createConnection: (options: ConnectionOptions, done: Connected): void => {
        const socket = connect(options);
        socket.once('error', done);
        socket.once('secureConnect', () => {
          socket.off('error', done);
          const shown = socket.getPeerCertificate().fingerprint256;
          if (shown === trust.sha256) {
            done(null, socket);
            return;
          }
          socket.destroy();
          done(new BmcError('BMC_TLS', 'its fingerprint is another', shown));
        });
      },
    });
  }
  return agent;
}
