import js from '@eslint/js'
import reactHooks from 'eslint-plugin-react-hooks'
import tseslint from 'typescript-eslint'

const browserless = {
  console: 'readonly',
  process: 'readonly',
  Buffer: 'readonly',
  URL: 'readonly',
  fetch: 'readonly',
  setTimeout: 'readonly',
  setInterval: 'readonly',
  clearTimeout: 'readonly',
  clearInterval: 'readonly',
}

export default tseslint.config(
  { ignores: ['dist', 'node_modules', 'console/src/api/schema.d.ts', 'console/public'] },
  js.configs.recommended,
  ...tseslint.configs.recommended,
  {
    files: ['console/src/**/*.{ts,tsx}'],
    plugins: { 'react-hooks': reactHooks },
    rules: {
      'react-hooks/rules-of-hooks': 'error',
      'react-hooks/exhaustive-deps': 'error',
      'max-lines': ['error', { max: 400 }],
      'max-lines-per-function': ['error', { max: 70, skipBlankLines: true, skipComments: true }],
      'no-warning-comments': ['error', { terms: ['todo', 'fixme'], location: 'anywhere' }],
      'no-restricted-globals': ['error', { name: 'fetch', message: 'use api/client' }],
    },
  },
  {
    files: ['console/src/api/*.ts', 'console/src/**/*.test.{ts,tsx}'],
    rules: { 'no-restricted-globals': 'off', 'max-lines-per-function': 'off' },
  },
  {
    files: ['e2e/*.mjs'],
    languageOptions: {
      globals: {
        window: 'readonly',
        Event: 'readonly',
        document: 'readonly',
        localStorage: 'readonly',
        requestAnimationFrame: 'readonly',
        innerWidth: 'readonly',
      },
    },
  },
  {
    files: ['**/*.mjs', '**/*.js'],
    languageOptions: { globals: browserless },
    rules: { 'max-lines': ['error', { max: 400 }] },
  },
)
