import { execFileSync } from 'node:child_process';
import { asksForHelp, BadSettingError, kinds, readSettings, usageOf, type Program } from '@faultline/program';
import { ROOT } from './repository.ts';

/** The last second of the year 2100: what lies after it is more likely a time in milliseconds. */
const LATEST_EPOCH_SECONDS = 4_133_980_799;

const PROGRAM = {
  about: 'npm run package: everything that is handed to operators',
  envPrefix: 'FAULTLINE_PACKAGE_',
  settings: {
    out: {
      flag: 'out',
      kind: kinds.folder({ base: ROOT }),
      description: 'Where the packages go, instead of those of an earlier time. Nothing else may be in it.',
      default: 'dist-packages',
    },
    sourceDateEpochSeconds: {
      flag: 'source-date-epoch',
      kind: kinds.integer({ from: 0, to: LATEST_EPOCH_SECONDS, of: 'seconds since 1970' }),
      description: 'The time that every packed file has. Absent: that of the last commit.',
      otherEnv: 'SOURCE_DATE_EPOCH',
    },
    maintainer: {
      flag: 'maintainer',
      kind: kinds.text({
        pattern: /^[^<>\n]+ <[^<>\s@]+@[^<>\s@]+>$/,
        allowed: 'NAME <ADDRESS>',
        atMostCharacters: 200,
      }),
      description: 'Who answers for the Debian packages.',
      default: 'Faultline contributors <faultline@localhost>',
    },
  },
} as const satisfies Program;

export interface PackageConfig {
  out: string;
  /** Seconds since 1970. */
  epochSeconds: number;
  maintainer: string;
}

export const USAGE = usageOf(PROGRAM);

/** @throws BadSettingError with one line that names the key, the value and what is allowed */
export function readConfig(
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  lastCommitSeconds: () => number = secondsOfLastCommit,
): PackageConfig {
  const { out, sourceDateEpochSeconds, maintainer } = readSettings(PROGRAM, args, env);
  return { out, epochSeconds: sourceDateEpochSeconds ?? lastCommitSeconds(), maintainer };
}

/** The settings of this process. */
export function configOfProcess(): PackageConfig | 'help' {
  const args = process.argv.slice(2);
  return asksForHelp(args) ? 'help' : readConfig(args, process.env);
}

function secondsOfLastCommit(): number {
  try {
    return Number(execFileSync('git', ['log', '-1', '--format=%ct'], { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] }));
  } catch (error) {
    throw new BadSettingError('--source-date-epoch', `is needed, because git tells no time: ${String(error)}`);
  }
}
