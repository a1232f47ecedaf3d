import { readFile } from 'node:fs/promises';
import { BadSettingError } from '@faultline/program';
import { messageOf } from '../errors.ts';
import type { AlertmanagerCredentials } from '../settings/alertmanager.ts';

/** The value of the header `authorization` from what a file holds; undefined where that is none. Pure. */
export function authorizationOf(scheme: AlertmanagerCredentials['scheme'], content: string): string | undefined {
  const secret = content.trim();
  if (scheme === 'Bearer') return /^[\x21-\x7e]{1,8192}$/.test(secret) ? `Bearer ${secret}` : undefined;
  const isPair = /^[^:\p{Cc}]{1,1024}:[^\p{Cc}]{0,4096}$/u.test(secret);
  return isPair ? `Basic ${Buffer.from(secret, 'utf8').toString('base64')}` : undefined;
}

const NOT_HELD = { Bearer: 'no token in one line', Basic: 'no USER:PASSWORD in one line' } as const;

/** Read each time, so that a renewed secret is used without a restart. @throws BadSettingError, which does not repeat the secret */
export async function readAuthorization({ scheme, file, flag }: AlertmanagerCredentials): Promise<string> {
  let content: string;
  try {
    content = await readFile(file, 'utf8');
  } catch (error) {
    throw new BadSettingError(flag, messageOf(error));
  }
  const authorization = authorizationOf(scheme, content);
  if (authorization === undefined) throw new BadSettingError(flag, `${file} holds ${NOT_HELD[scheme]}`);
  return authorization;
}
