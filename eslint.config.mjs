import tseslint from 'typescript-eslint';

// Who may import whom (docs: ARCHITECTURE.md). A workspace not named here may import nothing of ours.
const mayImport = {
  contracts: [],
  libvirt: [],
  exporter: ['contracts', 'libvirt'],
  oms: ['contracts', 'libvirt'],
  'datasource-plugin': ['contracts'],
  'panel-plugin': ['contracts'],
  console: [],
  lab: ['libvirt'],
  standalone: ['libvirt'],
  e2e: ['contracts', 'lab'],
};

const importRules = Object.entries(mayImport).map(([workspace, allowed]) => ({
  files: [`${workspace}/**/*.{ts,tsx}`],
  rules: {
    'no-restricted-imports': [
      'error',
      {
        patterns: [
          {
            group: ['@faultline/*', ...allowed.flatMap((name) => [`!@faultline/${name}`, `!@faultline/${name}/*`])],
            message: `${workspace} may import of ours: ${allowed.join(', ') || 'nothing'}.`,
          },
        ],
      },
    ],
  },
}));

export default tseslint.config(
  { ignores: ['**/dist/', '**/node_modules/', '.wireit/', 'scenarios/', '**/*.cjs', 'data/'] },
  {
    files: ['{contracts,libvirt,exporter,oms,lab,standalone,e2e}/**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
    },
  },
  {
    files: ['{datasource-plugin,panel-plugin,console}/**/*.{ts,tsx}'],
    extends: [tseslint.configs.recommended],
  },
  ...importRules,
  {
    files: ['{exporter,oms,standalone}/src/**/*.ts'],
    ignores: ['**/config.ts', '**/*.test.ts'],
    rules: {
      'no-restricted-properties': [
        'error',
        { object: 'process', property: 'env', message: 'Only config.ts reads the environment.' },
      ],
    },
  },
);
