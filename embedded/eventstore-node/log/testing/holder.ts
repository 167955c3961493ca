import { openLog } from '../log.ts'
import { event } from './events.ts'

/** A process that has a log open until it is killed. */
const [directory] = process.argv.slice(2)
const log = openLog({ directory })
await log.append('held', 'any', [event()])
process.send?.('open')
setInterval(() => undefined, 60_000)
