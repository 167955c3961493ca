import { createWriteStream } from 'node:fs'
import { finished } from 'node:stream/promises'
import type { ExportFilter } from '../../audit/export/filter.ts'
import { exportEvents } from '../../audit/export/export.ts'
import { csvHeader, csvLine, jsonLine } from '../../audit/export/rows.ts'
import type { ConnectedEventStore } from '../../eventstore/connect.ts'
import { createProgressLine, type ProgressOutput } from '../projections/progress-line.ts'
import { StartError, systemCode } from '../start/start-error.ts'
import { outputTo, type Output } from '../tools/output.ts'

export interface ExportTools {
  readonly store: Pick<ConnectedEventStore, 'subscribeToRecords' | 'headPosition'>
  readonly signal: AbortSignal
  readonly output: Output
  readonly progress: ProgressOutput
}

export interface ExportArguments {
  readonly format: 'jsonl' | 'csv'
  readonly filter: ExportFilter
  readonly reveal: boolean
  /** A file that is not there yet; undefined: standard output. */
  readonly out: string | undefined
}

/** @throws StartError where the file is there already or can't be written, or where it was ended before its end */
export const exportHistory = async (tools: ExportTools, args: ExportArguments): Promise<void> => {
  const { out } = args
  if (out === undefined) {
    await write(tools, args)
    return
  }
  // somebody's file is never written over, and what is personal in it is for its owner's eyes
  const file = createWriteStream(out, { flags: 'wx', mode: 0o600 })
  const done = finished(file)
  try {
    const written = write({ ...tools, output: outputTo(file) }, args).then(() => file.end())
    await Promise.all([done, written])
  } catch (error) {
    file.destroy()
    const code = systemCode(error)
    if (code === undefined || code === 'ABORT_ERR') throw error
    throw new StartError(`${out} can't be written (${code === 'EEXIST' ? 'it is there already' : code}).`, {
      cause: error,
    })
  }
}

const write = async (
  { store, signal, output, progress }: ExportTools,
  args: ExportArguments,
): Promise<void> => {
  const { format, filter, reveal } = args
  const line = createProgressLine(progress)
  const onProgress = (shown: { readonly events: number; readonly fraction: number }): void => {
    line.show({ ...shown, phase: 'reading', projections: ['all streams'] })
  }
  try {
    if (format === 'csv') await output.line(csvHeader)
    const lineOf = format === 'csv' ? csvLine : jsonLine
    for await (const row of exportEvents(store, { ...filter, reveal, signal, onProgress })) {
      await output.line(lineOf(row))
    }
  } catch (error) {
    if (!signal.aborted) throw error
    throw new StartError('Ended before all was exported.', { cause: error })
  } finally {
    line.end()
  }
}
