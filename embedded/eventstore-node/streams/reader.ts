import type { StreamPredicate } from '../users/access.ts'

/** Who reads, as far as it matters to what is read. */
export interface Reader {
  /** @throws AccessDeniedError where the source may not be read, or not any more */
  require(): void
  /** Where links may lead to; undefined: everywhere. */
  readonly mayRead: StreamPredicate | undefined
}

/** @throws AccessDeniedError where the caller may not do what it does to this stream */
export type Guard = (stream: string) => void
