import { spawn } from 'node:child_process'

export interface Watchdog {
  /** Call it as soon as the watched process has ended: its number may be given to another. */
  dismiss(): void
}

/**
 * Sees to it that the server does not outlive this process for long, not even when this process is killed with
 * SIGKILL: a shell waits for the end of a pipe that only this process holds, and then asks the server for a fast
 * shutdown.
 */
export const watch = (serverPid: number): Watchdog => {
  const shell = spawn('/bin/sh', ['-c', 'read -r _; kill -INT "$1"', 'watchdog', String(serverPid)], {
    stdio: ['pipe', 'ignore', 'ignore'],
    // in a session of its own: Ctrl-C at the terminal is for this process alone
    detached: true,
    cwd: '/',
    env: {},
  })
  shell.on('error', () => {
    // no shell: the next start stops what was left behind
  })
  shell.stdin.on('error', () => {
    // it was dismissed
  })
  shell.unref()
  return {
    dismiss: () => {
      shell.kill('SIGKILL')
    },
  }
}
