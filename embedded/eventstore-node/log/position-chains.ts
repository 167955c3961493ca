/**
 * Lists of positions, one a stream, packed into a few large typed arrays: no object per stream or event.
 *
 * A list is a chain of blocks of 4, 8, 16 … 16,384 cells, linked backwards from its last block, so that entry n is found
 * with few hops; the first cell of a block is the link to the one before it. A list of n entries takes at most 2n + 4 cells.
 */
export interface PositionChains {
  /** Adds entry number `count` to the list whose last block is `tail` (0: a new list). Returns the new last block. */
  push(tail: number, count: number, position: number): number
  /** Entry `index` of the list of `count` entries whose last block is `tail`. */
  at(tail: number, count: number, index: number): number
  /** Bytes held. */
  readonly size: number
}

const CHUNK_CELLS = 131_072
const SMALLEST = 4
const LARGEST = 16_384
const GROWING_BLOCKS = Math.log2(LARGEST / SMALLEST)
/** Entries in the blocks that still grow: the sum of 4·2^k − 1. */
const GROWING_ENTRIES = LARGEST - SMALLEST - GROWING_BLOCKS

function blockOf(index: number): number {
  if (index >= GROWING_ENTRIES) {
    return GROWING_BLOCKS + Math.floor((index - GROWING_ENTRIES) / (LARGEST - 1))
  }
  let block = 0
  let start = 0
  while (index >= start + (SMALLEST << block) - 1) start += (SMALLEST << block++) - 1
  return block
}

function startOf(block: number): number {
  if (block > GROWING_BLOCKS) return GROWING_ENTRIES + (block - GROWING_BLOCKS) * (LARGEST - 1)
  return (SMALLEST << block) - SMALLEST - block
}

const cellsOf = (block: number): number => (block >= GROWING_BLOCKS ? LARGEST : SMALLEST << block)

export function createPositionChains(): PositionChains {
  const chunks: Float64Array[] = [new Float64Array(CHUNK_CELLS)]
  // cell 0 stays unused: 0 means "no block"
  let next = SMALLEST

  const read = (cell: number): number => chunks[Math.floor(cell / CHUNK_CELLS)]?.[cell % CHUNK_CELLS] ?? 0
  const write = (cell: number, value: number): void => {
    const chunk = chunks[Math.floor(cell / CHUNK_CELLS)]
    if (chunk === undefined) throw new RangeError(`no cell ${cell}`)
    chunk[cell % CHUNK_CELLS] = value
  }
  const allocate = (cells: number): number => {
    if ((next % CHUNK_CELLS) + cells > CHUNK_CELLS) next = chunks.length * CHUNK_CELLS
    if (next >= chunks.length * CHUNK_CELLS) chunks.push(new Float64Array(CHUNK_CELLS))
    const at = next
    next += cells
    return at
  }

  return {
    push(tail, count, position) {
      const block = blockOf(count)
      const within = count - startOf(block)
      let head = tail
      if (within === 0) {
        head = allocate(cellsOf(block))
        write(head, tail)
      }
      write(head + 1 + within, position)
      return head
    },
    at(tail, count, index) {
      if (index < 0 || index >= count) throw new RangeError(`no entry ${index} in a list of ${count}`)
      const block = blockOf(index)
      let head = tail
      for (let hops = blockOf(count - 1) - block; hops > 0; hops--) head = read(head)
      return read(head + 1 + index - startOf(block))
    },
    get size() {
      return chunks.length * CHUNK_CELLS * Float64Array.BYTES_PER_ELEMENT
    },
  }
}
