import eslint from '@eslint/js';
import tseslint from 'typescript-eslint';
import { dependencyRule } from './dependency-rule.js';

const allFolders = [...Object.keys(dependencyRule), 'cli', 'tools', 'bench', 'test'];

const limits = {
  complexity: ['error', 10],
  'max-depth': ['error', 3],
  'max-params': ['error', 4],
  'max-lines': ['error', { max: 300 }],
  'max-lines-per-function': ['error', { max: 50, skipBlankLines: true, skipComments: true }],
};

/** Matches every import of `folder` except the allowed modules in it. */
function forbidFolder(folder, allowed) {
  const exceptions = allowed
    .filter((entry) => entry.startsWith(`${folder}/`))
    .map((entry) => entry.slice(folder.length + 1));
  const unless = exceptions.length > 0 ? `(?!(?:${exceptions.join('|')})\\.)` : '';
  return `^(?:\\.\\./)+${folder}/${unless}`;
}

function folderPatterns(folder, { folders, types }) {
  return allFolders
    .filter((other) => other !== folder && !folders.includes(other))
    .map((other) => ({
      regex: forbidFolder(other, folders),
      allowTypeImports: types.includes(other),
      message: `${folder}/ may not import this from ${other}/; see dependency-rule.js.`,
    }));
}

function packagePatterns(folder, { packages, banned = [] }) {
  const patterns = banned.map((name) => ({
    regex: `^${name}(?:$|/)`,
    message: `${folder}/ never imports ${name}; see dependency-rule.js.`,
  }));
  if (packages === undefined) return patterns;
  const regex = `^(?!\\.|(?:${packages.join('|')})(?:$|/))`;
  const message = `${folder}/ imports no package but ${packages.join(', ')}.`;
  return [...patterns, { regex, allowTypeImports: true, message }];
}

const folderRules = Object.entries(dependencyRule).map(([folder, rule]) => {
  const patterns = [...folderPatterns(folder, rule), ...packagePatterns(folder, rule)];
  return {
    files: [`${folder}/**/*.ts`],
    rules: { '@typescript-eslint/no-restricted-imports': ['error', { patterns }] },
  };
});

export default tseslint.config(
  {
    ignores: [
      'dist/',
      'coverage/',
      '.pgwarden/',
      'docs/.vitepress/dist/',
      'docs/.vitepress/cache/',
    ],
  },
  eslint.configs.recommended,
  { rules: limits },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
    },
  },
  {
    files: ['**/*.js'],
    languageOptions: {
      globals: {
        process: 'readonly',
        console: 'readonly',
        URL: 'readonly',
        performance: 'readonly',
      },
    },
  },
  ...folderRules,
  { files: ['test/**/*.ts'], rules: { 'max-lines-per-function': 'off' } },
  {
    // The Kubernetes client declares its data as classes and takes plain objects for them, as its manual shows.
    files: [
      'sources/kubernetes/**/*.ts',
      'test/chart/**/*.ts',
      'test/kubernetes/**/*.ts',
      'test/setup/kubernetes.ts',
    ],
    rules: { '@typescript-eslint/no-unsafe-class-instance-assignment': 'off' },
  },
);
