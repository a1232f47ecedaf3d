import { AuthenticationRequiredError, RemoteError, UriError } from './errors.ts';
import { procedures } from './protocol/index.ts';
import type { CallLimits } from './session/pending-calls.ts';
import type { Session } from './session/session.ts';

/** remote_auth_type, remote_protocol.x, by number. */
const names = ['none', 'sasl', 'polkit'];

export interface AuthenticationOptions {
  /** The URI's `auth` parameter: the way in that the caller insists on. */
  wanted: string | undefined;
  /** For each call anew. */
  limits: () => CallLimits;
}

/**
 * Asks the daemon how it wants us to log in (AUTH_LIST), and does so: `none` needs nothing more, with `polkit` the
 * daemon asks polkit about our process. Throws AuthenticationRequiredError, UriError, and what `session.call` throws.
 */
export async function authenticate(session: Session, { wanted, limits }: AuthenticationOptions): Promise<void> {
  if (wanted !== undefined) refuseUnknown(wanted);
  const { types } = await session.call(procedures.authList, undefined, limits());
  const offered = types.map((type) => names[type] ?? `auth-${type}`);
  if (wanted === undefined && offered.includes('none')) return;
  if (!offered.includes('polkit')) throw new AuthenticationRequiredError(advice(offered, wanted), offered);
  try {
    await session.call(procedures.authPolkit, undefined, limits());
  } catch (error) {
    if (!(error instanceof RemoteError)) throw error;
    const message =
      `polkit does not let this user in (${error.message}): allow it the action org.libvirt.unix.manage, ` +
      `for instance through the group libvirt, or connect read-only`;
    throw new AuthenticationRequiredError(message, offered, { cause: error });
  }
}

/** The `auth` parameter of libvirt's URIs is a way to log in, or `sasl.` and a mechanism. */
function refuseUnknown(wanted: string): void {
  if (/^polkit$/i.test(wanted)) return;
  const isSasl = /^sasl(\.|$)/i.test(wanted);
  throw new UriError(`auth=${wanted} ${isSasl ? 'needs SASL, which this client does not have' : 'is not known'}`);
}

function advice(offered: readonly string[], wanted: string | undefined): string {
  const offer = offered.join(' or ') || 'nothing';
  if (wanted !== undefined) return `the daemon offers no login by ${wanted}, but ${offer}`;
  return (
    `the daemon wants a login by ${offer}, which this client does not have: connect to its unix socket, or let ` +
    `libvirtd.conf trust client certificates (auth_tls = "none") or the network (auth_tcp = "none")`
  );
}
