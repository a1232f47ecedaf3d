import { USER_ROLES, type UserRole } from '@faultline/contracts';
import {
  asksForHelp,
  BadSettingError,
  kinds,
  notAllowed,
  readSettings,
  usageOf,
  type Program,
} from '@faultline/program';
import { DATA_DIR, databaseUrl, storeFile } from '../settings/store.ts';

const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;
const NAME_ALLOWED = '1 to 64 letters, digits, dots, dashes and underscores, the first a letter or digit, such as hv1';

const CREATE = {
  about: 'faultline-oms token create: makes a token, and writes it to standard output once',
  envPrefix: 'FAULTLINE_OMS_',
  // Those of the OMS itself are no mistake here.
  sharesEnvPrefix: true,
  settings: {
    role: {
      flag: 'role',
      kind: kinds.oneOf(USER_ROLES),
      description: 'read: look at records. report: send what was seen. operate: both, and have VMs acted upon.',
    },
    name: {
      flag: 'name',
      kind: kinds.text({ pattern: NAME, allowed: NAME_ALLOWED }),
      description: 'Who is to have it, as the audit names them: a host, a person, a program.',
    },
    expiresAfterMs: {
      flag: 'expires',
      kind: kinds.duration({ from: '1m', to: '3650d', example: '12h or 90d' }),
      description: 'For how long it is good. Absent: until it is revoked.',
    },
    replace: {
      flag: 'replace',
      kind: kinds.toggle,
      description: 'Revoke the token that has this name now.',
      default: 'false',
    },
    dataDir: DATA_DIR,
  },
} as const satisfies Program;

const LIST = {
  about: 'faultline-oms token list: every token that was not revoked; faultline-oms token revoke NAME: ends one',
  envPrefix: 'FAULTLINE_OMS_',
  sharesEnvPrefix: true,
  settings: { dataDir: DATA_DIR },
} as const satisfies Program;

export const USAGE = `${usageOf(CREATE)}\n${usageOf(LIST)}`;

/** What `faultline-oms token` is to do, and where the store is: a file, or a PostgreSQL database's URL. */
export type TokenCommand = { location: string; dataDir: string | undefined } & (
  | { act: 'create'; name: string; role: UserRole; expiresAfterMs: number | undefined; replace: boolean }
  | { act: 'list' }
  | { act: 'revoke'; name: string }
  | { act: 'help' }
);

/** @throws BadSettingError with one line that names the key, the value and what is allowed */
export function readTokenCommand(args: readonly string[], env: NodeJS.ProcessEnv): TokenCommand {
  const [act, ...rest] = args;
  const placeOf = (dataDir: string): { location: string; dataDir: string | undefined } => {
    const url = databaseUrl(env);
    return url === undefined ? { location: storeFile(dataDir), dataDir } : { location: url, dataDir: undefined };
  };
  if (act === undefined || asksForHelp(args)) return { act: 'help', location: '', dataDir: undefined };
  switch (act) {
    case 'create': {
      const { dataDir, name, role, ...given } = readSettings(CREATE, rest, env);
      if (role === undefined) throw new BadSettingError('--role', `is needed; allowed: ${USER_ROLES.join(', ')}`);
      if (name === undefined) throw new BadSettingError('--name', `is needed; allowed: ${NAME_ALLOWED}`);
      return { act, name, role, ...given, ...placeOf(dataDir) };
    }
    case 'list':
      return { act, ...placeOf(readSettings(LIST, rest, env).dataDir) };
    case 'revoke': {
      const [name, ...flags] = rest;
      if (name === undefined || !NAME.test(name)) {
        throw new BadSettingError('token revoke', `needs the name of a token first; allowed: ${NAME_ALLOWED}`);
      }
      return { act, name, ...placeOf(readSettings(LIST, flags, env).dataDir) };
    }
    default:
      throw notAllowed('token', act, 'create, list, revoke');
  }
}

/** What this process is to do. */
export function commandOfProcess(): TokenCommand {
  return readTokenCommand(process.argv.slice(3), process.env);
}
