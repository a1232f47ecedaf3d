import { BadSettingError } from '@faultline/program';
import { CredentialsError, readAuthorization as read } from '../outgoing/credentials.ts';
import type { AlertmanagerCredentials } from '../settings/alertmanager.ts';

/** @throws BadSettingError naming the flag, where its file holds nothing to be sent */
export async function readAuthorization({ flag, ...credentials }: AlertmanagerCredentials): Promise<string> {
  try {
    return await read(credentials);
  } catch (error) {
    if (error instanceof CredentialsError) throw new BadSettingError(flag, error.message);
    throw error;
  }
}
