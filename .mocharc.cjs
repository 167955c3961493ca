// `npm test` runs everything; `npx mocha FILE…` only what is named: mocha itself would add the files to all others
const isNamed = process.argv.slice(2).some((argument) => argument.endsWith('.test.ts'))
const rooms = [
  ...['api', 'audit', 'bench', 'cli', 'client', 'commands', 'domain', 'embedded', 'eventstore'],
  ...['gateways', 'platform', 'processes', 'projections', 'supporting', 'test'],
]

module.exports = {
  'node-option': ['import=tsx'],
  ...(isNamed
    ? {}
    : {
        spec: [`{${rooms.join(',')}}/**/*.test.ts`],
        require: ['test/support/build.ts', 'test/support/template.ts'],
      }),
  parallel: true,
  // one waits for something most of the time
  jobs: 3,
  timeout: 30_000,
  'forbid-only': true,
  reporter: 'dot',
}
