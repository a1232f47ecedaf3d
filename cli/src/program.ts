import { Command } from 'commander';
import { OmsClient } from './client.ts';
import { commands } from './commands/index.ts';
import { connectionOf, ENVIRONMENT } from './config.ts';

const MIN_COLUMNS = 40;

export interface ProgramOptions {
  version: string;
  write: (text: string) => void;
  columns: number;
  now: () => number;
  user: string;
}

/** The program with all its commands, not yet run. */
export function createProgram({ version, write, columns, now, user }: ProgramOptions): Command {
  const program = new Command('faultline')
    .description('Why did this VM fail, and whose fault was it? Asks a Faultline OMS.')
    .version(version)
    .option('--server <url>', 'the OMS to ask')
    .option('--token-file <file>', 'read the token from this file')
    .option('--json', 'answer as JSON, for programs')
    .addHelpText('after', `\n${ENVIRONMENT}`)
    .showHelpAfterError('(faultline --help tells what there is)')
    .configureHelp({ showGlobalOptions: true })
    .exitOverride();
  const terminal = {
    client: () => new OmsClient(connectionOf(program.opts())),
    answer: (value: unknown, text: () => string) => {
      write(`${program.opts<{ json?: true }>().json === true ? JSON.stringify(value, null, 2) : text()}\n`);
    },
    columns: Math.max(MIN_COLUMNS, columns),
    now,
    user,
  };
  for (const addTo of commands) addTo(program, terminal);
  return program;
}
