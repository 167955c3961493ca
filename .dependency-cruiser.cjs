/** Which room may call which; docs/architecture.md says why. There is no list of exceptions. */
const within = (...rooms) => `^(${rooms.join('|')})/`
const rooms = [
  'domain',
  'commands',
  'processes',
  'projections',
  'audit',
  'api',
  'eventstore',
  'supporting',
  'gateways',
  'embedded',
  'platform',
  'cli',
  'web',
  'client',
  'test',
  'bench',
]
const only = (room, ...allowed) => ({
  name: `${room}-calls-only-its-neighbours`,
  severity: 'error',
  from: { path: within(room), pathNot: '\\.test\\.ts$|/testing/' },
  to: { path: within(...rooms), pathNot: within(room, ...allowed) },
})

module.exports = {
  forbidden: [
    only('domain'),
    only('commands', 'domain', 'eventstore', 'gateways'),
    only('processes', 'commands', 'domain', 'eventstore'),
    only('projections', 'domain', 'eventstore', 'platform'),
    only('audit', 'domain', 'eventstore', 'projections', 'platform'),
    only('api', 'commands', 'projections', 'supporting', 'platform'),
    only('eventstore', 'platform'),
    only('supporting', 'platform'),
    only('gateways', 'platform'),
    only('platform'),
    only('embedded', 'platform'),
    only('client'),
    {
      name: 'domain-is-pure',
      comment:
        'no I/O, clock or randomness: only other domain files, zod for its contracts and persistent maps',
      severity: 'error',
      from: { path: within('domain'), pathNot: '\\.test\\.ts$|/testing/' },
      to: { dependencyTypes: ['core', 'npm', 'npm-dev'], pathNot: 'node_modules/(zod|immutable)/' },
    },
    {
      name: 'projections-know-only-event-types-of-the-domain',
      severity: 'error',
      from: { path: within('projections'), pathNot: '\\.test\\.ts$' },
      to: { path: '^domain/', pathNot: '/events\\.ts$' },
    },
    {
      name: 'the-embedded-node-stands-alone',
      severity: 'error',
      from: { path: '^embedded/eventstore-node/' },
      to: { path: within(...rooms), pathNot: '^embedded/eventstore-node/' },
    },
    {
      name: 'only-start-up-knows-the-embedded-node',
      severity: 'error',
      from: {
        path: within(...rooms),
        pathNot: '^(embedded|cli|test|bench)/|\\.test\\.ts$|/testing/',
      },
      to: { path: '^embedded/' },
    },
    {
      name: 'only-the-door-imports-the-client',
      severity: 'error',
      from: { path: within(...rooms), pathNot: '^(eventstore|embedded/eventstore-node|test|bench)/' },
      to: { path: 'node_modules/@eventstore/db-client' },
    },
    {
      name: 'only-the-command-line-audits',
      comment: 'nothing that runs a shop rests on what looks at it afterwards',
      severity: 'error',
      from: { path: within(...rooms), pathNot: '^(audit|cli|test|bench)/' },
      to: { path: '^audit/' },
    },
    {
      name: 'tests-are-not-imported',
      severity: 'error',
      from: { pathNot: '\\.test\\.ts$|^test/|^bench/|/testing/' },
      to: { path: '\\.test\\.ts$|^test/|/testing/' },
    },
    { name: 'no-circles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'no-dev-dependency-at-run-time',
      severity: 'error',
      from: { path: within(...rooms), pathNot: '\\.test\\.ts$|^test/|^bench/|/testing/' },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] },
    },
    { name: 'all-is-resolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'types'] },
  },
}
