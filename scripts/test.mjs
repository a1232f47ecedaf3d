// `npm test`: builds, then runs the unit tests, the plugin bundles in Chromium, and a real VM in the lab.
// `npm test -- unit browser` runs only the named kinds. The last line is `N passed, N failed`.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureDebianPackages } from './debian-packages.mjs';
import { ensureGrafana11 } from './grafana-11.mjs';

const KINDS = ['unit', 'browser', 'lab'];
// Browser and lab tests share one machine's ports, namespaces and cores: one after another.
const IN_BAND = new Set(['browser', 'lab']);
// A skipped test says why in its own title, so that nobody has to look for the reason.
const REASON = /\(skipped: .+\)/;

const root = new URL('..', import.meta.url).pathname;
process.chdir(root);
const asked = process.argv.slice(2);
const unknown = asked.filter((kind) => !KINDS.includes(kind));
if (unknown.length > 0) {
  console.error(`npm test: no such kind of test: ${unknown.join(', ')}; there are ${KINDS.join(', ')}`);
  process.exit(2);
}
const kinds = asked.length > 0 ? asked : KINDS;

function run(command, args, env = {}) {
  return spawnSync(command, args, { stdio: 'inherit', env: { ...process.env, ...env } }).status === 0;
}

const total = { passed: 0, failed: 0 };
const fail = (why) => {
  console.error(why);
  total.failed += 1;
};

function runKind(kind, folder) {
  const report = join(folder, `${kind}.json`);
  const args = [
    '--selectProjects',
    kind,
    '--json',
    `--outputFile=${report}`,
    ...(IN_BAND.has(kind) ? ['--runInBand'] : []),
  ];
  console.log(`\n=== ${kind} tests`);
  const ok = run('npx', ['jest', ...args], { NODE_OPTIONS: '--experimental-vm-modules --no-warnings' });
  if (!existsSync(report)) return fail(`The ${kind} tests ended without a report.`);
  const result = JSON.parse(readFileSync(report, 'utf8'));
  total.passed += result.numPassedTests;
  // A file that could not be loaded has no tests to count, but it is a failure.
  const broken = result.numRuntimeErrorTestSuites;
  total.failed += result.numFailedTests + broken;
  const skipped = result.testResults.flatMap(({ assertionResults }) =>
    assertionResults.filter(({ status }) => ['pending', 'skipped', 'todo', 'disabled'].includes(status)),
  );
  for (const { fullName } of skipped) {
    console.log(`skipped: ${fullName}`);
    if (process.env.CI === 'true') fail('  under CI a skipped test is a failure');
    else if (!REASON.test(fullName)) fail('  a skipped test names its reason in its title: "... (skipped: why)"');
  }
  if (result.numTotalTests === 0) fail(`The ${kind} tests are none: something is wrong with their set-up.`);
  else if (!ok && result.numFailedTests + broken === 0)
    fail(`The ${kind} tests ended with an error after the last test.`);
}

if (!ensureDebianPackages()) process.exit(1);
/** Everything that the asked kinds run. */
function build() {
  if (!run('npm', ['run', '--silent', 'build'])) return false;
  if (!kinds.includes('browser')) return true;
  ensureGrafana11();
  const pages = ['build:test-page', 'build:test-page-11'];
  return pages.every((script) => run('npm', ['run', '--silent', script, '--workspace', 'console']));
}

if (!build()) {
  fail('The build failed.');
} else {
  const folder = mkdtempSync(join(tmpdir(), 'faultline-test-'));
  try {
    for (const kind of kinds) runKind(kind, folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
console.log(`${total.passed} passed, ${total.failed} failed`);
process.exitCode = total.failed === 0 ? 0 : 1;
