import autocannon from 'autocannon'

/** GETs that are sent over and over, one of `paths` after the other, as many as are answered. */
export interface Volley {
  readonly name: string
  readonly url: string
  readonly paths: readonly string[]
  readonly headers: Readonly<Record<string, string>>
  readonly connections: number
  readonly seconds: number
}

export interface Fired {
  /** Milliseconds from each request to the end of its answer. */
  readonly times: readonly number[]
  readonly seconds: number
  /** Answers by status; `0` for what was not answered. */
  readonly statuses: Readonly<Record<string, number>>
}

const fire = async (volley: Volley): Promise<Fired> => {
  const { url, paths, headers, connections, seconds } = volley
  const times: number[] = []
  const statuses: Record<string, number> = {}
  const count = (status: number): void => {
    statuses[status] = (statuses[status] ?? 0) + 1
  }
  let next = 0
  const settings: autocannon.Options = {
    ...{ url, connections, duration: seconds, timeout: 10 },
    requests: [
      {
        ...{ method: 'GET', headers },
        setupRequest: (request) => ({
          ...request,
          path: paths[(next += 1) % paths.length] ?? '/',
        }),
      },
    ],
  }
  const duration = await new Promise<number>((resolve, reject) => {
    const firing = autocannon(settings, (error: unknown, result) => {
      if (error !== null && error !== undefined)
        reject(new Error('The load could not be driven', { cause: error }))
      else resolve(result.duration)
    })
    firing.on('response', (_client, status, _bytes, milliseconds) => {
      times.push(milliseconds)
      count(status)
    })
    firing.on('reqError', () => {
      count(0)
    })
  })
  return { times, seconds: duration, statuses }
}

process.on('message', (volley: Volley) => {
  void fire(volley).then((fired) => process.send?.(fired))
})
process.send?.('ready')
