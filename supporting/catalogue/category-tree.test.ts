import { expect } from 'chai'
import fc from 'fast-check'
import type { TreeNode } from './category-tree.ts'
import { inTreeOrder, MOST_LEVELS, pathTo, place, subtreeOf } from './category-tree.ts'
import { CategoryPlaceError } from './errors.ts'

const applied = (nodes: readonly TreeNode[], moves: readonly TreeNode[]): TreeNode[] => {
  const byId = new Map(nodes.map((node) => [node.id, node]))
  for (const move of moves) byId.set(move.id, move)
  return [...byId.values()]
}

const shown = (nodes: readonly TreeNode[]): string[] =>
  inTreeOrder(nodes).map(({ id, depth }) => `${'-'.repeat(depth)}${id}`)

const tree: TreeNode[] = [
  { id: 'coffee', parentId: null, position: 1 },
  { id: 'gear', parentId: null, position: 0 },
  { id: 'beans', parentId: 'coffee', position: 0 },
  { id: 'ground', parentId: 'coffee', position: 1 },
  { id: 'washed', parentId: 'beans', position: 0 },
]

describe('the tree of categories', () => {
  it('is shown with each category before those below it, siblings in their order', () => {
    expect(shown(tree)).to.deep.equal(['gear', 'coffee', '-beans', '--washed', '-ground'])
  })

  it('knows what is below a category, and what is above it', () => {
    expect([...subtreeOf(tree, 'coffee')]).to.have.members(['coffee', 'beans', 'ground', 'washed'])
    expect([...subtreeOf(tree, 'never')]).to.deep.equal([])
    expect(pathTo(tree, 'washed').map(({ id }) => id)).to.deep.equal(['coffee', 'beans', 'washed'])
    expect(pathTo(tree, 'never')).to.deep.equal([])
  })

  it('takes new ones at the end or where they are wanted', () => {
    expect(shown(applied(tree, place(tree, 'new', 'coffee')))).to.deep.equal([
      'gear',
      'coffee',
      '-beans',
      '--washed',
      '-ground',
      '-new',
    ])
    expect(shown(applied(tree, place(tree, 'new', null, 1)))).to.deep.equal([
      'gear',
      'new',
      'coffee',
      '-beans',
      '--washed',
      '-ground',
    ])
  })

  it('moves whole branches, and changes no more than it has to', () => {
    const moves = place(tree, 'beans', 'gear')
    expect(moves).to.have.deep.members([
      { id: 'beans', parentId: 'gear', position: 0 },
      { id: 'ground', parentId: 'coffee', position: 0 },
    ])
    expect(shown(applied(tree, moves))).to.deep.equal(['gear', '-beans', '--washed', 'coffee', '-ground'])
  })

  it('refuses to put a category below itself', () => {
    for (const parent of ['coffee', 'beans', 'washed']) {
      expect(() => place(tree, 'coffee', parent), parent).to.throw(CategoryPlaceError, 'below itself')
    }
  })

  it('refuses to become too deep, whether by a new one or by a branch', () => {
    const chain = Array.from({ length: MOST_LEVELS }, (_, index) => ({
      ...{ id: `c${index}`, parentId: index === 0 ? null : `c${index - 1}`, position: 0 },
    }))
    const lowest = `c${MOST_LEVELS - 1}`
    expect(() => place(chain, 'new', lowest)).to.throw(CategoryPlaceError, 'levels')
    const both = [...chain, ...tree.map((node) => ({ ...node, position: node.position + 1 }))]
    expect(() => place(both, 'coffee', `c${MOST_LEVELS - 3}`)).to.throw(CategoryPlaceError)
    expect(() => place(both, 'coffee', `c${MOST_LEVELS - 4}`)).to.not.throw()
  })

  it('is a tree without gaps whatever is moved wherever', () => {
    const ids = ['a', 'b', 'c', 'd', 'e', 'f']
    const move = fc.record({
      id: fc.constantFrom(...ids),
      parentId: fc.option(fc.constantFrom(...ids)),
      position: fc.option(fc.nat(7), { nil: undefined }),
    })
    fc.assert(
      fc.property(fc.array(move, { maxLength: 30 }), (moves) => {
        let nodes: TreeNode[] = ids.map((id, position) => ({ id, parentId: null, position }))
        for (const { id, parentId, position } of moves) {
          try {
            nodes = applied(nodes, place(nodes, id, parentId, position))
          } catch (error) {
            expect(error).to.be.instanceOf(CategoryPlaceError)
          }
        }
        // what is in a circle is not reached from the top
        expect(inTreeOrder(nodes).map(({ id }) => id)).to.have.members(ids)
        for (const parent of [null, ...ids]) {
          const places = nodes.filter(({ parentId }) => parentId === parent).map(({ position }) => position)
          expect(places.sort()).to.deep.equal(places.map((_, index) => index))
        }
      }),
    )
  })
})
