import { join } from 'node:path';
import { BadSettingError, kinds, type Settings } from '@faultline/program';
import { isPostgresUrl } from '../database/index.ts';

/** Where the store is, for every command that needs it. */
export const DATA_DIR = {
  flag: 'data.dir',
  kind: kinds.folder(),
  description: 'Folder of the store; one OMS at a time holds it.',
  default: 'data',
} as const;

/** Where the records are, and who of several OMSs writes what only one may. */
export const storeSettings = {
  dataDir: DATA_DIR,
  leaseMs: {
    flag: 'lease.duration',
    kind: kinds.duration({ from: '1s', to: '5m', example: '6s' }),
    description:
      'Of OMSs on one database: for how long one that is not heard of keeps the others from performing operations.',
    default: '6s',
  },
} as const satisfies Settings;

/** It may hold a password, which a flag would show to everyone on the machine. */
export const DATABASE_VARIABLE = 'DATABASE_URL';

/** Of the environment, what the help tells of. */
export const DATABASE_USAGE = `${DATABASE_VARIABLE} in the environment: a PostgreSQL database for the records, such as
postgresql://faultline@db.example.org/faultline?sslmode=verify-full; several OMSs may share it. A password may be in it, in PGPASSWORD
or in ~/.pgpass. Absent: a SQLite file in the data folder.
`;

/** The database that the environment names. @throws BadSettingError */
export function databaseUrl(env: NodeJS.ProcessEnv): string | undefined {
  const url = env[DATABASE_VARIABLE];
  if (url === undefined || url === '') return undefined;
  if (!isPostgresUrl(url)) throw new BadSettingError(DATABASE_VARIABLE, 'must be a URL that begins with postgresql://');
  return url;
}

/** The SQLite file in a data folder. */
export const storeFile = (dataDir: string): string => join(dataDir, 'faultline.db');
