export { startNode, type EventStoreNode, type NodeOptions } from './node.ts'
export { DataDirectoryInUseError, LogDamagedError, LogWriteError } from './log/errors.ts'
