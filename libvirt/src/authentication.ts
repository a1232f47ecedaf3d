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
  const way = wanted === undefined ? undefined : wayNamed(wanted);
  const { types } = await session.call(procedures.authList, undefined, limits());
  const offered = types.map((type) => names[type] ?? `auth-${type}`);
  const possible = offered.filter((name) => way === undefined || name === way);
  if (possible.includes('none')) return;
  if (!possible.includes('polkit')) throw new AuthenticationRequiredError(advice(offered, way), offered);
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

/** The `auth` parameter of libvirt's URIs. */
function wayNamed(wanted: string): string {
  const name = wanted.toLowerCase();
  if (name === 'none' || name === 'polkit') return name;
  if (name === 'sasl' || name.startsWith('sasl.')) {
    throw new UriError(`auth=${wanted}: this client cannot log in by SASL, only by polkit or not at all`);
  }
  throw new UriError(`auth=${wanted} is not known; there are none and polkit`);
}

function advice(offered: readonly string[], way: string | undefined): string {
  const offer = offered.join(' or ') || 'nothing';
  if (way !== undefined && !offered.includes(way)) return `the daemon offers no login by ${way}, but ${offer}`;
  return (
    `the daemon wants a login by ${offer}, which this client does not have: connect to its unix socket, or let ` +
    `libvirtd.conf trust client certificates (auth_tls = "none") or the network (auth_tcp = "none")`
  );
}
