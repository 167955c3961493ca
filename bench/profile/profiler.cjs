'use strict'
// Loaded into a process by NODE_OPTIONS=--require: the first SIGUSR2 begins to sample its CPU, the second one writes what was
// sampled. Node's own --cpu-prof is not allowed there, and would count start and warm-up.
const { writeFileSync } = require('node:fs')
const { Session } = require('node:inspector')
const { basename, join } = require('node:path')
const { isMainThread } = require('node:worker_threads')

exports.into = (folder) => {
  if (!isMainThread) return
  let session
  process.on('SIGUSR2', () => {
    if (session === undefined) {
      session = new Session()
      session.connect()
      session.post('Profiler.enable')
      session.post('Profiler.setSamplingInterval', { interval: 1_000 })
      session.post('Profiler.start')
      return
    }
    const program = basename(process.argv[1] ?? 'node').replace(/\.[cm]?[jt]s$/, '')
    session.post('Profiler.stop', (error, result) => {
      if (error === null)
        writeFileSync(join(folder, `${program}-${process.pid}.cpuprofile`), JSON.stringify(result.profile))
    })
    session.disconnect()
    session = undefined
  })
}
