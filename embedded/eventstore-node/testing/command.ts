import path from 'node:path'

const ROOT = path.join(import.meta.dirname, '../../..')

/** What Node has to be given to run the command `eventstore-node`: compiled, where `npm test` has compiled it, else from its source. */
export const command = (): string[] => {
  const build = process.env['TEST_BUILD']
  return build === undefined
    ? ['--import', 'tsx', path.join(ROOT, 'cli/eventstore-node.ts')]
    : [path.join(build, 'cli/eventstore-node.js')]
}
