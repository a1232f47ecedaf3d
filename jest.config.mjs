// Three kinds of tests, one runner: `unit` runs anywhere, `browser` needs Chromium and the built bundles,
// `lab` needs root, libvirt and QEMU. Jest runs ES modules here, so fakes are passed as arguments, never mocked.
const swc = [
  '@swc/jest',
  {
    jsc: {
      target: 'es2023',
      parser: { syntax: 'typescript', tsx: true },
      transform: { react: { runtime: 'automatic' } },
    },
    module: { type: 'es6' },
  },
];

const shared = {
  rootDir: import.meta.dirname,
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts', '.tsx'],
  transform: { '\\.tsx?$': swc },
  // Tests read each workspace's source, so that they never run against a stale build.
  moduleNameMapper: {
    '^@faultline/(contracts|libvirt|domain-xml|program|exporter|oms|lab)$': '<rootDir>/$1/src/index.ts',
    '^@faultline/(contracts|libvirt)/testing$': '<rootDir>/$1/src/testing/index.ts',
  },
  testPathIgnorePatterns: ['/node_modules/', '/dist/'],
};

const TESTS = '<rootDir>/*/src/**/*.test.{ts,tsx}';
const BROWSER = '\\.browser\\.test\\.ts$';
const LAB = '\\.lab\\.test\\.ts$';

export default {
  // Node's ES modules in Jest are never freed: a worker is replaced before it grows too big.
  maxWorkers: '100%',
  // A machine may be busy with other things; what hangs is still told.
  testTimeout: 20_000,
  workerIdleMemoryLimit: '1GB',
  projects: [
    {
      ...shared,
      displayName: 'unit',
      globalSetup: '<rootDir>/lab/src/postgres/before-tests.ts',
      globalTeardown: '<rootDir>/lab/src/postgres/after-tests.ts',
      testMatch: [TESTS],
      testPathIgnorePatterns: [...shared.testPathIgnorePatterns, BROWSER, LAB],
    },
    { ...shared, displayName: 'browser', testRegex: [BROWSER] },
    {
      ...shared,
      displayName: 'lab',
      testRegex: [LAB],
      // Twenty guests take minutes to boot: they are looked into when asked for.
      testPathIgnorePatterns: [
        ...shared.testPathIgnorePatterns,
        ...(process.env['FAULTLINE_TEST_MANY_GUESTS'] === '1' ? [] : ['many-guests']),
      ],
    },
  ],
};
