/** Waits, in milliseconds; ends early when one of `signals` is aborted. */
export const pause = (ms: number, ...signals: readonly AbortSignal[]): Promise<void> =>
  new Promise((resolve) => {
    if (signals.some((signal) => signal.aborted)) {
      resolve()
      return
    }
    // not AbortSignal.any: what it makes stays with signals that live as long as the process
    const end = (): void => {
      clearTimeout(timer)
      for (const signal of signals) signal.removeEventListener('abort', end)
      resolve()
    }
    const timer = setTimeout(end, ms)
    for (const signal of signals) signal.addEventListener('abort', end)
  })

/** Asks anew: the compiler takes `signal.aborted` for as constant as it was before an `await`. */
export const isAborted = (signal: AbortSignal): boolean => signal.aborted
