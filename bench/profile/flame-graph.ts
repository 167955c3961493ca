import { basename } from 'node:path'
import { isIdle, totalMs, type CpuProfile, type Frame } from './cpu-profile.ts'

const WIDTH = 1_600
const ROW = 16
/** Pixels: what is narrower can't be seen. */
const NARROWEST = 0.7

/** Functions of one name that were called from the same place stand beside each other: they are one. */
const merged = (frames: readonly Frame[]): Frame[] => {
  const groups = new Map<string, Frame[]>()
  for (const frame of frames) {
    if (isIdle(frame)) continue
    const key = `${frame.name} ${frame.url}`
    groups.set(key, [...(groups.get(key) ?? []), frame])
  }
  return [...groups.values()].flatMap((group) => {
    const [first] = group
    return first === undefined ? [] : [{ ...first, children: group.flatMap(({ children }) => children) }]
  })
}

/** Warm colours for the project, blue for packages, green for Node itself, grey for native code. */
const colourOf = ({ url }: Frame): string => {
  if (url === '') return '#b8b8b8'
  if (url.startsWith('node:')) return '#8fc7a0'
  return url.includes('node_modules') ? '#8db4dd' : '#f0a860'
}

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')

/** A picture of a profile: a box is as wide as its function took, callees stand on it. */
export const flameGraph = ({ program, root }: CpuProfile): string => {
  const all = totalMs(root)
  const boxes: string[] = []
  let deepest = 0
  const draw = (frames: readonly Frame[], left: number, depth: number): void => {
    let x = left
    for (const frame of merged(frames)
      .map((one) => ({ one, ms: totalOf(one, frames) }))
      .sort((a, b) => b.ms - a.ms)) {
      const width = (frame.ms / all) * WIDTH
      if (width >= NARROWEST) {
        deepest = Math.max(deepest, depth)
        boxes.push(box(frame.one, x, depth, width, frame.ms / all))
        draw(frame.one.children, x, depth + 1)
      }
      x += width
    }
  }
  draw(root.children, 0, 0)
  const height = (deepest + 3) * ROW
  // the first callers stand at the bottom
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" font-family="sans-serif" font-size="11">`,
    `<rect width="100%" height="100%" fill="#fff"/><text x="4" y="14" font-size="13">${escaped(program)}: ${all.toFixed(0)} ms of CPU</text>`,
    `<g transform="translate(0 ${height - ROW}) scale(1 1)">`,
    ...boxes,
    '</g></svg>\n',
  ].join('\n')
}

/** Of all frames in `siblings` that are the same function as `one`. */
const totalOf = (one: Frame, siblings: readonly Frame[]): number =>
  siblings
    .filter(({ name, url }) => name === one.name && url === one.url)
    .reduce((sum, frame) => sum + totalMs(frame), 0)

const box = (frame: Frame, x: number, depth: number, width: number, share: number): string => {
  // what has no name is told by its file
  const name = frame.name === '' ? `(${basename(frame.url)})` : frame.name
  const label = name.length * 6 < width ? name : name.slice(0, Math.max(0, Math.floor(width / 6) - 1))
  const title = `${name} ${frame.url.replace(/^.*\/node_modules\//, '')} ${(share * 100).toFixed(1)} %`
  return (
    `<g><title>${escaped(title)}</title>` +
    `<rect x="${x.toFixed(1)}" y="${-depth * ROW}" width="${Math.max(width - 0.3, 0.3).toFixed(1)}" height="${ROW - 1}" fill="${colourOf(frame)}"/>` +
    (width > 14 ? `<text x="${(x + 2).toFixed(1)}" y="${-depth * ROW + 11}">${escaped(label)}</text>` : '') +
    '</g>'
  )
}
