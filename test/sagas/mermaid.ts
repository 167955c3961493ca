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

/**
 * A state diagram in the notation of Mermaid. What leads from one state to the same other one is one arrow, with a line for each; a
 * state that nothing leads out of, and in which nothing is waited for, is an end.
 */
export const stateDiagram = (arrows: readonly Arrow[]): string => {
  const states = new Map<string, Drawn>()
  const labels = new Map<string, Set<string>>()
  const leaving = new Set<string>()
  const idOf = (drawn: Drawn): string => {
    const id = drawn.name.replaceAll(/[^A-Za-z0-9]+/g, '_')
    states.set(id, drawn)
    return id
  }
  for (const { from, by, to, reopens } of arrows) {
    const source = from === null ? '[*]' : idOf(from)
    const target = idOf(to)
    if (source !== target && reopens !== true) leaving.add(source)
    const line = `${source} --> ${target}`
    labels.set(line, (labels.get(line) ?? new Set()).add(by))
  }
  const declared = [...states].map(([id, { name, note }]) => {
    return `  state "${[name, ...(note === undefined ? [] : [`(${note})`])].join('<br/>')}" as ${id}`
  })
  const drawn = [...labels].map(([line, by]) => `  ${line}: ${[...by].join('<br/>')}`)
  const ends = [...states]
    .filter(([id, { note }]) => !leaving.has(id) && note === undefined)
    .map(([id]) => `  ${id} --> [*]`)
  return ['stateDiagram-v2', ...declared, ...drawn, ...ends].join('\n')
}
