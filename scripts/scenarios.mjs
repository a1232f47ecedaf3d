// `npm run scenarios`: holds each stage of the product against the recorded incidents in scenarios/.
//   -- --update   rewrites the golden outputs (read the diff before you commit it)
//   -- --record   records the incident anew in the lab first (root, some minutes), then rewrites the golden outputs
import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';

process.chdir(new URL('..', import.meta.url).pathname);
const { values } = parseArgs({ options: { update: { type: 'boolean' }, record: { type: 'boolean' } } });

function run(command, args, env = {}) {
  const { status } = spawnSync(command, args, { stdio: 'inherit', env: { ...process.env, ...env } });
  if (status !== 0) process.exit(status ?? 1);
}

if (values.record) {
  run('npm', ['run', '--silent', 'build:node']);
  run(process.execPath, ['e2e/dist/record.js', 'scenarios/guest-panic']);
}
run('npx', ['jest', '--selectProjects', 'unit', '--runInBand', '--testPathPatterns', 'scenario\\.test\\.ts$'], {
  NODE_OPTIONS: '--experimental-vm-modules --no-warnings',
  ...(values.update || values.record ? { FAULTLINE_UPDATE_GOLDENS: '1' } : {}),
});
