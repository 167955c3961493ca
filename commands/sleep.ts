import { setTimeout } from 'node:timers/promises'

/** Waits so many milliseconds. */
export type Sleep = (ms: number) => Promise<void>

export const delay: Sleep = (ms) => setTimeout(ms)
