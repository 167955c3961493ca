import { isIdOfEvent } from '../../audit/kinds.ts'
import { textMember } from '../../audit/text-member.ts'
import type { CausationTree, Node } from '../../audit/tree/tree.ts'
import type { StoredRecord } from '../../eventstore/records.ts'
import { exportedRow } from '../../audit/export/rows.ts'

/** The tree drawn with lines: when (in milliseconds after the first event), what, where, and on whose behalf. */
export const treeText = ({ correlationId, events, roots }: CausationTree): string => {
  const first = roots[0]?.effects[0]?.event
  if (first === undefined) return `No event belongs to ${correlationId}.`
  const lines = roots.flatMap(({ causationId, effects }) => [
    isIdOfEvent(causationId) ? `event ${causationId} of another request` : `request ${causationId}`,
    ...branches(effects, '', first.created.getTime()),
  ])
  const count = `${events} ${events === 1 ? 'event' : 'events'}`
  return [`${correlationId}: ${count} from ${first.created.toISOString()} on`, '', ...lines].join('\n')
}

const branches = (nodes: readonly Node[], indent: string, began: number): string[] =>
  nodes.flatMap(({ event, effects }, index) => {
    const isLast = index === nodes.length - 1
    return [
      `${indent}${isLast ? '└─' : '├─'} ${described(event, began)}`,
      ...branches(effects, `${indent}${isLast ? '   ' : '│  '}`, began),
    ]
  })

const described = ({ type, stream, revision, created, metadata }: StoredRecord, began: number): string => {
  const actor: unknown =
    typeof metadata === 'object' && metadata !== null ? Reflect.get(metadata, 'actor') : undefined
  const who = `${textMember(actor, 'kind') ?? 'unknown'} ${textMember(actor, 'id') ?? ''}`.trim()
  return `${type}  ${stream}@${revision}  +${created.getTime() - began} ms  ${who}`
}

/** The tree as JSON: each event as in an export, with what came of it. */
export const treeJson = ({ roots, ...tree }: CausationTree): string => {
  const plain = ({ event, effects }: Node): unknown => ({
    ...exportedRow(event),
    effects: effects.map(plain),
  })
  return JSON.stringify(
    { ...tree, roots: roots.map(({ effects, ...root }) => ({ ...root, effects: effects.map(plain) })) },
    null,
    2,
  )
}
