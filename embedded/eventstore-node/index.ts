export { DEFAULT_PROJECTIONS, startNode, type EventStoreNode, type NodeOptions } from './node.ts'
export { SYSTEM_PROJECTION_NAMES } from './projections/definitions.ts'
export { DataDirectoryInUseError, LogDamagedError, LogWriteError } from './log/errors.ts'
