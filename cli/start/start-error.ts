/** Something that the person who starts it can put right. The message is one sentence that says what. */
export class StartError extends Error {
  constructor(sentence: string, options?: { cause: unknown }) {
    super(sentence, options)
    this.name = 'StartError'
  }
}

/** The code of an error of the operating system, for example `EADDRINUSE`. */
export const systemCode = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
