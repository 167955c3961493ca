import type { NodeLog } from '../log/log.ts'
import type { Registry } from '../persistent/registry.ts'
import type { Projections } from '../projections/subsystem.ts'
import type { Scavenger } from '../services/scavenger.ts'
import type { Access } from '../users/access.ts'
import type { Catalogue } from './catalogue.ts'

/** What the pages show. */
export interface WebContext {
  readonly log: NodeLog
  readonly registry: Registry
  /** Undefined where the node runs without. */
  readonly projections: Projections | undefined
  readonly access: Access
  readonly catalogue: Catalogue
  readonly scavenger: Scavenger
  /** When the node was started. */
  readonly startTime: Date
  /** Where the data is kept, for the person who looks; undefined: in memory. */
  readonly dataDir: string | undefined
}
