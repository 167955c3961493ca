/** Something that the person who starts it can put right. The message is one sentence that says what. */
export class StartError extends Error {
  /** The exit code of the program; undefined: the one of any failure. */
  readonly exitCode: number | undefined

  constructor(sentence: string, options?: { readonly cause?: unknown; readonly exitCode?: number }) {
    super(sentence, options)
    this.name = 'StartError'
    this.exitCode = options?.exitCode
  }
}

/** The code of an error of the operating system, for example `EADDRINUSE`. */
export const systemCode = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
