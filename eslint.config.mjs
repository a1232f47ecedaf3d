import tseslint from 'typescript-eslint';

// Who may import whom (docs: ARCHITECTURE.md). A workspace not named here may import nothing of ours.
const mayImport = {
  contracts: [],
  libvirt: [],
  'domain-xml': [],
  program: [],
  exporter: ['contracts', 'domain-xml', 'libvirt', 'program'],
  oms: ['contracts', 'domain-xml', 'libvirt', 'program'],
  'datasource-plugin': ['contracts'],
  'panel-plugin': ['contracts'],
  console: ['contracts'],
  lab: ['libvirt'],
  standalone: ['libvirt', 'program'],
  cli: ['contracts', 'program'],
  e2e: ['contracts', 'lab', 'libvirt', 'program'],
  packaging: ['exporter', 'oms', 'program'],
};

// Policy of a folder, with its reason. A file's restrictions are one ESLint setting, so they are joined here.
const policies = [
  {
    files: 'panel-plugin/src/timeline/**/*.ts',
    group: ['react', 'react-dom', '@grafana/*', 'uplot'],
    message: 'The timeline is pure: it places and paints, and knows nothing of React or Grafana.',
  },
  {
    files: 'exporter/src/collectors/**/*.ts',
    group: ['node:child_process', 'child_process'],
    message: 'A collector asks libvirt or reads files; it starts no program.',
  },
  {
    files: 'oms/src/*/routes.ts',
    group: ['kysely', 'better-sqlite3'],
    message: 'A route checks and answers; the store beside it speaks SQL.',
  },
];

const workspaceRule = (workspace) => {
  const allowed = mayImport[workspace];
  return {
    group: ['@faultline/*', ...allowed.flatMap((name) => [`!@faultline/${name}`, `!@faultline/${name}/*`])],
    message: `${workspace} may import of ours: ${allowed.join(', ') || 'nothing'}.`,
  };
};

const restrict = (files, patterns) => ({
  files: [files],
  ignores: ['**/*.test.ts', '**/testing.ts'],
  rules: { 'no-restricted-imports': ['error', { patterns }] },
});

const importRules = [
  ...Object.keys(mayImport).map((workspace) => restrict(`${workspace}/**/*.{ts,tsx}`, [workspaceRule(workspace)])),
  ...policies.map(({ files, ...policy }) => restrict(files, [workspaceRule(files.split('/')[0]), policy])),
];

export default tseslint.config(
  { ignores: ['**/dist/', '**/node_modules/', '.wireit/', 'libvirt/api/', 'scenarios/', '**/*.cjs', 'data/'] },
  {
    files: ['{contracts,libvirt,domain-xml,program,exporter,oms,lab,standalone,cli,e2e,packaging}/**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      // What is taken out of an object so that the rest can go on without it.
      '@typescript-eslint/no-unused-vars': ['error', { ignoreRestSiblings: true }],
    },
  },
  {
    files: ['{datasource-plugin,panel-plugin,console}/**/*.{ts,tsx}'],
    extends: [tseslint.configs.recommended],
  },
  ...importRules,
  {
    files: ['{exporter,oms,standalone,cli}/src/**/*.ts'],
    ignores: ['**/config.ts', '**/*.test.ts', '**/testing/**'],
    rules: {
      'no-restricted-properties': [
        'error',
        { object: 'process', property: 'env', message: 'Only config.ts reads the environment.' },
      ],
    },
  },
);
