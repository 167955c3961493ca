import { causationTree, requestOfOrder } from '../../audit/tree/tree.ts'
import type { ConnectedEventStore } from '../../eventstore/connect.ts'
import { StartError } from '../start/start-error.ts'
import type { Output } from '../tools/output.ts'
import { treeJson, treeText } from './tree-text.ts'

export interface TreeArguments {
  readonly of: { readonly request: string } | { readonly order: string }
  readonly json: boolean
}

/** @throws StartError with the exit code 1 where there is no such request or order */
export const showTree = async (
  store: Pick<ConnectedEventStore, 'readRecords' | 'subscribeToRecords' | 'headPosition'>,
  { of, json }: TreeArguments,
  output: Output,
  signal: AbortSignal,
): Promise<void> => {
  const request = 'request' in of ? of.request : await requestOfOrder(store, of.order)
  if (request === undefined) {
    throw new StartError(`There is no order ${'order' in of ? of.order : ''}.`, { exitCode: 1 })
  }
  const tree = await causationTree(store, request, signal)
  if (tree.events === 0) throw new StartError(`No event belongs to ${request}.`, { exitCode: 1 })
  await output.line(json ? treeJson(tree) : treeText(tree))
}
