import { readFile } from 'node:fs/promises';
import { messageOf } from '../errors.ts';

/** How a secret is sent: a token (RFC 6750), or a user with a password (RFC 7617). */
export type Scheme = 'Bearer' | 'Basic';

/** Thrown where a file holds no secret that could be sent. It does not repeat what the file holds. */
export class CredentialsError extends Error {
  override readonly name = 'CredentialsError';
  readonly code = 'credentials-unusable';
}

/** The value of the header `authorization` from what a file holds; undefined where that is none. Pure. */
export function authorizationOf(scheme: Scheme, content: string): string | undefined {
  const secret = content.trim();
  if (scheme === 'Bearer') return /^[\x21-\x7e]{1,8192}$/.test(secret) ? `Bearer ${secret}` : undefined;
  const isPair = /^[^:\p{Cc}]{1,1024}:[^\p{Cc}]{0,4096}$/u.test(secret);
  return isPair ? `Basic ${Buffer.from(secret, 'utf8').toString('base64')}` : undefined;
}

const NOT_HELD = { Bearer: 'no token in one line', Basic: 'no USER:PASSWORD in one line' } as const;

/** Read for each request, so that a renewed secret is used without a restart. @throws CredentialsError */
export async function readAuthorization({ scheme, file }: { scheme: Scheme; file: string }): Promise<string> {
  let content: string;
  try {
    content = await readFile(file, 'utf8');
  } catch (error) {
    throw new CredentialsError(messageOf(error), { cause: error });
  }
  const authorization = authorizationOf(scheme, content);
  if (authorization === undefined) throw new CredentialsError(`${file} holds ${NOT_HELD[scheme]}`);
  return authorization;
}
