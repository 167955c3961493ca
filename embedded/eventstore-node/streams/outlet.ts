import type { ServerWritableStream } from '@grpc/grpc-js'
import { asError, type CallFailure } from './failures.ts'

/** The way to a reader, who takes what it can: after a `write` that answers false nothing more may be written until `ready`. */
export interface Outlet {
  readonly closed: boolean
  write(message: Buffer): boolean
  /** Calls back once when there is room again. Never, when the reader is gone. */
  whenReady(callback: () => void): void
  end(): void
  fail(failure: CallFailure): void
  onClosed(callback: () => void): void
}

export function createOutlet<Request>(call: ServerWritableStream<Request, Buffer>): Outlet {
  let closed = false
  const listeners: (() => void)[] = []
  const close = (): void => {
    if (closed) return
    closed = true
    for (const listener of listeners) listener()
  }
  call.on('cancelled', close)
  call.on('close', close)

  return {
    get closed() {
      return closed
    },
    write: (message) => call.write(message),
    whenReady(callback) {
      call.once('drain', callback)
    },
    end() {
      call.end()
      close()
    },
    fail(failure) {
      call.emit('error', asError(failure))
      close()
    },
    onClosed(callback) {
      listeners.push(callback)
    },
  }
}
