import js from '@eslint/js'
import prettier from 'eslint-config-prettier'
import tseslint from 'typescript-eslint'

const SECRETS = '/(secret|password|token|signature|apiKey)$/i'
const NOTHING_TO_GUESS = [
  'right.type="Literal"',
  'left.type="Literal"',
  'right.type="Identifier"][right.name="undefined"',
].map((each) => `:not([${each}])`)
const NAMES = ['left.name', 'left.property.name', 'right.name', 'right.property.name']
const SAME_SECRET =
  'Compare secrets with sameSecret (platform/same-secret.ts): it takes as long whatever is alike.'

export default tseslint.config(
  { ignores: ['node_modules', 'dist', '.test-build-*', 'data', 'coverage', '**/*.cjs', 'client/schema.ts'] },
  js.configs.recommended,
  ...tseslint.configs.strictTypeChecked,
  prettier,
  {
    languageOptions: {
      parserOptions: {
        projectService: { allowDefaultProject: ['eslint.config.js'] },
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      eqeqeq: 'error',
      'no-console': 'error',
      'no-param-reassign': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/explicit-module-boundary-types': 'error',
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true, allow: [{ name: ['URL'], from: 'lib' }] },
      ],
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
    },
  },
  {
    // the embedded node imports nothing of the project
    ignores: [
      '**/*.test.ts',
      '**/testing/**',
      'test/**',
      'embedded/eventstore-node/**',
      'platform/same-secret.ts',
    ],
    rules: {
      'no-restricted-syntax': [
        'error',
        {
          selector: `BinaryExpression[operator=/^[!=]==?$/]${NOTHING_TO_GUESS.join('')}:matches(${NAMES.map((name) => `[${name}=${SECRETS}]`).join(', ')})`,
          message: SAME_SECRET,
        },
        { selector: 'Identifier[name="timingSafeEqual"]', message: SAME_SECRET },
      ],
    },
  },
  {
    files: ['**/*.test.ts'],
    rules: {
      // chai's property assertions (`to.be.true`) are expressions
      '@typescript-eslint/no-unused-expressions': 'off',
    },
  },
  { files: ['**/*.js'], extends: [tseslint.configs.disableTypeChecked] },
)
