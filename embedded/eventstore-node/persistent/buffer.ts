import type { Message } from './message.ts'

interface Node {
  readonly message: Message
  next: Node | undefined
  previous: Node | undefined
}

interface List {
  first: Node | undefined
  last: Node | undefined
  size: number
}

const emptyList = (): List => ({ first: undefined, last: undefined, size: 0 })

const insertAfter = (list: List, before: Node | undefined, message: Message): void => {
  const next = before === undefined ? list.first : before.next
  const node: Node = { message, previous: before, next }
  if (before === undefined) list.first = node
  else before.next = node
  if (next === undefined) list.last = node
  else next.previous = node
  list.size++
}

const remove = (list: List, node: Node): void => {
  if (node.previous === undefined) list.first = node.next
  else node.previous.next = node.next
  if (node.next === undefined) list.last = node.previous
  else node.next.previous = node.previous
  list.size--
}

/** What to do with a message that was looked at: take it out, leave it where it is, or look no further. */
export type Visit = 'take' | 'leave' | 'stop'

/** The messages that wait for a consumer: those to be retried first, then new ones in the order of the source. */
export interface MessageBuffer {
  readonly retries: number
  readonly fresh: number
  addFresh(message: Message): void
  /** Before everything that lies behind it in the source; replayed messages come after all others. */
  addRetry(message: Message): void
  /** Looks at the messages in the order of delivery. Nothing may be added meanwhile. */
  scan(visit: (message: Message) => Visit): void
}

export const messageBuffer = (): MessageBuffer => {
  const retries = emptyList()
  const fresh = emptyList()

  /** False where the visitor wants no more. */
  const scanList = (list: List, visit: (message: Message) => Visit): boolean => {
    let node = list.first
    while (node !== undefined) {
      const { next } = node
      const verdict = visit(node.message)
      if (verdict === 'stop') return false
      if (verdict === 'take') remove(list, node)
      node = next
    }
    return true
  }

  return {
    get retries() {
      return retries.size
    },
    get fresh() {
      return fresh.size
    },
    addFresh: (message) => {
      insertAfter(fresh, fresh.last, message)
    },
    addRetry: (message) => {
      let before = retries.last
      if (!message.replayed) {
        while (before !== undefined && (before.message.replayed || before.message.place > message.place)) {
          before = before.previous
        }
      }
      insertAfter(retries, before, message)
    },
    scan: (visit) => {
      if (scanList(retries, visit)) scanList(fresh, visit)
    },
  }
}
