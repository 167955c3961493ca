import { setFlagsFromString } from 'node:v8'
import type { Pool } from 'pg'
import { createAudit } from '../../audit/verify/audit.ts'
import { AuditEndedError, foldHistory } from '../../audit/verify/fold-history.ts'
import { checkReadModels } from '../../audit/verify/read-models.ts'
import { findingText, reportOf, reportText, type Report } from '../../audit/verify/report.ts'
import type { EventStore } from '../../eventstore/types.ts'
import { createProgressLine, type ProgressOutput } from '../projections/progress-line.ts'
import { StartError } from '../start/start-error.ts'
import type { Output } from '../tools/output.ts'
import { wrap } from '../tools/wide-table.ts'

export interface VerifyTools {
  readonly store: EventStore
  /** Undefined: read models are not looked at. */
  readonly pool: Pool | undefined
  readonly signal: AbortSignal
  readonly output: Output
  readonly progress: ProgressOutput
  /** How long read models that are behind are waited for, in milliseconds. */
  readonly patienceMs?: number
}

export interface VerifyArguments {
  readonly json: boolean
  /** Findings of each law that are shown; all are counted. */
  readonly keep: number
}

/**
 * The heap may grow by half of what is in use before it is swept. Left to itself it grows fourfold, which a history that is folded
 * event by event soon fills with what is of no use any more.
 */
const TIDY_HEAP = '--heap-growing-percent=50'

/** @throws StartError with the exit code 1 where a law is broken, 2 where it was ended or read models are behind */
export const verifyHistory = async (tools: VerifyTools, { json, keep }: VerifyArguments): Promise<void> => {
  const { store, pool, signal, output } = tools
  setFlagsFromString(TIDY_HEAP)
  const startedAt = new Date()
  const began = performance.now()
  const line = createProgressLine(tools.progress)
  const audit = createAudit({ keep })
  let report: Report
  try {
    const onProgress = (progress: { readonly events: number; readonly fraction: number }): void => {
      line.show({ ...progress, phase: 'folding', projections: ['orders', 'payments', 'stock', 'wallets'] })
    }
    const folded = await foldHistory({ store, signal, onProgress }, audit)
    const position = folded?.end
    const readModels =
      pool !== undefined && folded?.last !== undefined
        ? await checkReadModels(audit, {
            ...{ pool, store, position: folded.last, signal },
            ...(tools.patienceMs !== undefined && { patienceMs: tools.patienceMs }),
          })
        : undefined
    const seconds = (performance.now() - began) / 1_000
    report = reportOf({ result: audit.finish(), position, startedAt, seconds, readModels })
  } catch (error) {
    if (error instanceof AuditEndedError || signal.aborted) {
      throw new StartError('Ended before everything was looked at.', { cause: error })
    }
    throw error
  } finally {
    line.end()
    audit.close()
  }
  if (json) await output.line(JSON.stringify(report, null, 2))
  else {
    for (const finding of report.findings) await output.line(findingText(finding))
    if (report.findings.length > 0) await output.line('')
    await output.line(fitted(reportText(report), output.width))
  }
  judge(report)
}

/** The report in lines of at most `width`: what a law or a sum says goes on below itself. */
const fitted = (text: string, width = Number.POSITIVE_INFINITY): string =>
  text
    .split('\n')
    .flatMap((line) => {
      const name = /^ +(?:[✓✗] )?[\w-]+ {2,}/.exec(line)?.[0] ?? ''
      return wrap(line, Math.max(width, 2 * name.length), ' '.repeat(name.length))
    })
    .join('\n')

const judge = ({ broken, readModels }: Report): void => {
  const counts = Object.entries(broken).filter(([, count]) => count > 0)
  if (counts.length > 0) {
    const laws = counts.map(([law, count]) => `${law} (${count.toLocaleString('en')})`).join(', ')
    throw new StartError(`Broken: ${laws}. docs/audit.md says what to do.`, { exitCode: 1 })
  }
  if (readModels !== null && readModels.behind.length > 0) {
    throw new StartError(
      `The streams are sound; read models that are behind: ${readModels.behind.join(', ')}.`,
    )
  }
}
