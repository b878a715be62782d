import js from '@eslint/js';
import ts from 'typescript-eslint';

const ban = (selector, message) => ({ selector, message });

export default ts.config(
  {
    ignores: [
      '**/dist/**',
      'node_modules/**',
      '.venv/**',
      '.cache/**',
      '.setup/**',
      'data/**',
      'figures/**',
      'lib/tfjs-node-shim/**',
      'notebooks/text/**',
    ],
  },
  js.configs.recommended,
  ...ts.configs.strict,
  {
    files: ['lib/src/**/*.ts'],
    rules: {
      'max-params': ['error', 4],
      'max-lines': ['error', 300],
      'max-lines-per-function': ['error', { max: 60, skipComments: true, skipBlankLines: true }],
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-unused-vars': ['error', { ignoreRestSiblings: true }],
      '@typescript-eslint/no-require-imports': 'off',
      'no-restricted-syntax': [
        'error',
        ban("MemberExpression[object.name='Math'][property.name='random']", 'Randomness comes from an Rng argument.'),
        ban(
          "MemberExpression[object.name='Date'][property.name='now']",
          'Durations come from performance.now(), dates from new Date().',
        ),
        ban(
          "MemberExpression[object.name='tf'][property.name='keep']",
          'tf.keep hides an owner: see the four laws of tensors.',
        ),
        ban(
          "CallExpression[callee.property.name='tidy'] > ArrowFunctionExpression[async=true]",
          'An await holds no tensor.',
        ),
      ],
    },
  },
  {
    files: ['lib/src/**/*.test.ts'],
    rules: { 'max-lines-per-function': 'off', 'max-lines': 'off', 'max-params': 'off' },
  },
  {
    files: ['**/*.mjs', '**/*.mts', '**/*.js'],
    languageOptions: {
      globals: {
        process: 'readonly',
        console: 'readonly',
        setTimeout: 'readonly',
        setInterval: 'readonly',
        clearInterval: 'readonly',
        clearTimeout: 'readonly',
        URL: 'readonly',
        Buffer: 'readonly',
        performance: 'readonly',
        fetch: 'readonly',
        window: 'readonly',
        document: 'readonly',
      },
    },
  },
);
