import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** A profile as Node's inspector writes it, and Chrome's developer tools open it. Times are in microseconds. */
interface RawProfile {
  readonly nodes: readonly {
    readonly id: number
    readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number }
    readonly children?: readonly number[]
  }[]
  readonly samples: readonly number[]
  readonly timeDeltas: readonly number[]
}

/** A function and where it was called from. */
export interface Frame {
  readonly name: string
  readonly url: string
  readonly selfMs: number
  readonly children: readonly Frame[]
}

export interface CpuProfile {
  /** Of the program that was looked at: `start`, `projections-process`, `eventstore-node`. */
  readonly program: string
  readonly root: Frame
}

/** All profiles in a folder. */
export const readProfiles = (folder: string): CpuProfile[] =>
  readdirSync(folder)
    .filter((file) => file.endsWith('.cpuprofile'))
    .map((file) => ({
      program: file.replace(/-\d+\.cpuprofile$/, ''),
      root: treeOf(JSON.parse(readFileSync(join(folder, file), 'utf8')) as RawProfile),
    }))

const treeOf = ({ nodes, samples, timeDeltas }: RawProfile): Frame => {
  const self = new Map<number, number>()
  for (const [index, id] of samples.entries()) {
    self.set(id, (self.get(id) ?? 0) + (timeDeltas[index] ?? 0) / 1_000)
  }
  const byId = new Map(nodes.map((node) => [node.id, node]))
  const frameOf = (id: number): Frame => {
    const node = byId.get(id)
    return {
      name: node?.callFrame.functionName ?? '',
      url: node?.callFrame.url ?? '',
      selfMs: self.get(id) ?? 0,
      children: node?.children?.map(frameOf) ?? [],
    }
  }
  return frameOf(nodes[0]?.id ?? 0)
}

/** Nothing was to be done. */
export const isIdle = ({ name, url }: Frame): boolean => url === '' && name === '(idle)'

/** Milliseconds of a frame and of all that it called, idle time aside. */
export const totalMs = (frame: Frame): number =>
  isIdle(frame) ? 0 : frame.children.reduce((sum, child) => sum + totalMs(child), frame.selfMs)
