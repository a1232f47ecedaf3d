import { readFileSync } from 'node:fs';

const SERVER_VARIABLE = 'FAULTLINE_SERVER';
const TOKEN_VARIABLE = 'FAULTLINE_TOKEN';
const DEFAULT_SERVER = 'http://127.0.0.1:3000';

/** Which OMS is asked, and as whom. */
export interface Connection {
  /** Without a slash at its end. */
  server: string;
  token: string | undefined;
}

/** Thrown when the connection's settings cannot be used; the message names the setting. */
export class ConnectionSettingError extends Error {
  override readonly name = 'ConnectionSettingError';
}

/**
 * The connection that flags and environment ask for. A token is read from a file or the environment and never from a flag, which
 * everyone on the machine could see.
 *
 * @throws ConnectionSettingError
 */
export function connectionOf(flags: { server?: string; tokenFile?: string }, env = process.env): Connection {
  const server = flags.server ?? env[SERVER_VARIABLE] ?? DEFAULT_SERVER;
  if (!URL.canParse(server) || !/^https?:$/.test(new URL(server).protocol)) {
    throw new ConnectionSettingError(`--server or ${SERVER_VARIABLE}: '${server}' is not an http or https URL`);
  }
  const [token = '', origin] =
    flags.tokenFile === undefined
      ? [env[TOKEN_VARIABLE]?.trim(), TOKEN_VARIABLE]
      : [readToken(flags.tokenFile), `--token-file ${flags.tokenFile}`];
  // Whoever refuses it later repeats it, and what is repeated ends in logs.
  if (!/^[!-~]*$/.test(token)) throw new ConnectionSettingError(`${origin}: this is no token`);
  return { server: server.replace(/\/+$/, ''), token: token === '' ? undefined : token };
}

function readToken(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    throw new ConnectionSettingError(`--token-file ${file} cannot be read`, { cause: error });
  }
}

/** Of the environment, what the help tells of. */
export const ENVIRONMENT = `Environment:
  ${SERVER_VARIABLE}   the OMS to ask (default ${DEFAULT_SERVER})
  ${TOKEN_VARIABLE}    the token to ask with; --token-file reads it from a file`;
