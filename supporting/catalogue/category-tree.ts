import { CategoryPlaceError } from './errors.ts'

/** A category as far as its place in the tree goes. */
export interface TreeNode {
  readonly id: string
  /** null at the top of the tree. */
  readonly parentId: string | null
  /** Among those with the same parent, from 0. */
  readonly position: number
}

/** Levels at most: more of them nobody finds the way through. */
export const MOST_LEVELS = 8

const childrenOf = <Node extends TreeNode>(nodes: readonly Node[], parentId: string | null): Node[] =>
  nodes
    .filter((node) => node.parentId === parentId)
    .sort((a, b) => a.position - b.position || (a.id < b.id ? -1 : 1))

/** All nodes with their level, from 0: each before its children, siblings in their order. */
export const inTreeOrder = <Node extends TreeNode>(nodes: readonly Node[]): (Node & { depth: number })[] => {
  const byParent = new Map<string | null, Node[]>()
  for (const node of nodes) {
    const siblings = byParent.get(node.parentId)
    if (siblings === undefined) byParent.set(node.parentId, [node])
    else siblings.push(node)
  }
  const below = (parentId: string | null, depth: number): (Node & { depth: number })[] =>
    childrenOf(byParent.get(parentId) ?? [], parentId).flatMap((node) => [
      { ...node, depth },
      ...below(node.id, depth + 1),
    ])
  return below(null, 0)
}

/** The node, and all that is below it; empty where there is none. */
export const subtreeOf = (nodes: readonly TreeNode[], id: string): Set<string> => {
  const found = new Set<string>(nodes.filter((node) => node.id === id).map((node) => node.id))
  for (const node of inTreeOrder(nodes)) {
    if (node.parentId !== null && found.has(node.parentId)) found.add(node.id)
  }
  return found
}

/** The nodes from the top of the tree to this one; empty where there is none. */
export const pathTo = <Node extends TreeNode>(nodes: readonly Node[], id: string): Node[] => {
  const byId = new Map(nodes.map((node) => [node.id, node]))
  const path: Node[] = []
  for (let node = byId.get(id); node !== undefined; node = byId.get(node.parentId ?? '')) path.unshift(node)
  return path
}

/**
 * The places that change where a node, new or not, is put below `parentId` as child number `position`, at the end by default: its own
 * and those of its old and new siblings, which are numbered without gaps.
 * @throws CategoryPlaceError where it would be below itself, or the tree too deep
 */
export const place = (
  nodes: readonly TreeNode[],
  id: string,
  parentId: string | null,
  position = Number.MAX_SAFE_INTEGER,
): TreeNode[] => {
  const subtree = subtreeOf(nodes, id)
  if (parentId !== null && subtree.has(parentId)) {
    throw new CategoryPlaceError(`The category ${id} can't be put below itself`)
  }
  const above = parentId === null ? 0 : pathTo(nodes, parentId).length
  const depths = inTreeOrder(nodes).filter((node) => subtree.has(node.id))
  const height = Math.max(0, ...depths.map(({ depth }) => depth)) - (depths[0]?.depth ?? 0) + 1
  if (above + height > MOST_LEVELS) {
    throw new CategoryPlaceError(
      `Categories can be ${MOST_LEVELS} levels deep, and this would be ${above + height}`,
    )
  }

  const known = nodes.find((node) => node.id === id)
  const others = nodes.filter((node) => node.id !== id)
  const siblings = childrenOf(others, parentId)
  siblings.splice(position, 0, { id, parentId, position })
  const left = known === undefined || known.parentId === parentId ? [] : childrenOf(others, known.parentId)
  const before = new Map(nodes.map((node) => [node.id, node]))
  return [siblings, left].flatMap((row) =>
    row
      .map((node, index) => ({ id: node.id, parentId: node.parentId, position: index }))
      .filter((node) => {
        const was = before.get(node.id)
        return was?.position !== node.position || was.parentId !== node.parentId
      }),
  )
}
