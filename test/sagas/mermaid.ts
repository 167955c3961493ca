/** A state as it is drawn: its name, and what is written under it. */
export interface Drawn {
  readonly name: string
  readonly note?: string | undefined
}

/** `from` null: here it begins. */
export interface Arrow {
  readonly from: Drawn | null
  readonly by: string
  readonly to: Drawn
  /** It takes up again what was over: where it leads from is an end all the same. */
  readonly reopens?: boolean
}

/** A diagram, and what the numbers on its arrows stand for, from 1 on. */
export interface Diagram {
  readonly text: string
  readonly legend: readonly string[]
}

/**
 * A state diagram in the notation of Mermaid. What leads from one state to the same other one is one arrow; a state that nothing leads
 * out of, and in which nothing is waited for, is an end. On arrows stand numbers: whole sentences would lie on top of each other.
 */
export const stateDiagram = (arrows: readonly Arrow[]): Diagram => {
  const states = new Map<string, Drawn>()
  const labels = new Map<string, Set<number>>()
  const legend: string[] = []
  const leaving = new Set<string>()
  const idOf = (drawn: Drawn): string => {
    const id = drawn.name.replaceAll(/[^A-Za-z0-9]+/g, '_')
    states.set(id, drawn)
    return id
  }
  const numberOf = (by: string): number => {
    const known = legend.indexOf(by)
    return known === -1 ? legend.push(by) : known + 1
  }
  for (const { from, by, to, reopens } of arrows) {
    const source = from === null ? '[*]' : idOf(from)
    const target = idOf(to)
    if (source !== target && reopens !== true) leaving.add(source)
    const line = `${source} --> ${target}`
    labels.set(line, (labels.get(line) ?? new Set()).add(numberOf(by)))
  }
  const declared = [...states].map(([id, { name, note }]) => {
    return `  state "${[name, ...(note === undefined ? [] : [`(${note})`])].join('<br/>')}" as ${id}`
  })
  const drawn = [...labels].map(
    ([line, numbers]) => `  ${line}: ${[...numbers].sort((a, b) => a - b).join(', ')}`,
  )
  const ends = [...states]
    .filter(([id, { note }]) => !leaving.has(id) && note === undefined)
    .map(([id]) => `  ${id} --> [*]`)
  return { text: ['stateDiagram-v2', ...declared, ...drawn, ...ends].join('\n'), legend }
}
