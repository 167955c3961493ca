import { expect } from 'chai'
import { createMetrics, mayReadMetrics, measure } from './metrics.ts'

describe('metrics', () => {
  it('know the process they are of', async () => {
    const text = await createMetrics().metrics()
    expect(text).to.match(/^process_resident_memory_bytes \d+$/m)
    expect(text).to.match(/^nodejs_eventloop_lag_p99_seconds /m)
  })

  describe('that are measured when somebody asks', () => {
    const scenario = (read: () => Promise<readonly number[]>) => {
      const metrics = createMetrics()
      const errors: unknown[] = []
      measure(
        metrics,
        read,
        [
          {
            name: 'things',
            help: 'Things',
            labelNames: ['place'],
            samples: (sizes) => sizes.map((value, place) => ({ labels: { place: String(place) }, value })),
          },
          {
            name: 'places',
            help: 'Places',
            labelNames: [],
            samples: ({ length }) => [{ labels: {}, value: length }],
          },
        ],
        (error) => errors.push(error),
      )
      const lines = async (): Promise<string[]> =>
        (await metrics.metrics()).split('\n').filter((line) => /^(things|places)/.test(line))
      return { lines, errors }
    }

    it('come of one reading, and forget what is no more', async () => {
      const readings = [[5, 7], [6]]
      let reads = 0
      const { lines } = scenario(() => Promise.resolve(readings[reads++] ?? []))
      expect(await lines()).to.deep.equal(['things{place="0"} 5', 'things{place="1"} 7', 'places 2'])
      expect(await lines()).to.deep.equal(['things{place="0"} 6', 'places 1'])
      expect(reads).to.equal(2)
    })

    it('have no value where they can not be read, and come back', async () => {
      let isAway = false
      const { lines, errors } = scenario(() =>
        isAway ? Promise.reject(new Error('away')) : Promise.resolve([1]),
      )
      expect(await lines()).to.deep.equal(['things{place="0"} 1', 'places 1'])
      isAway = true
      expect(await lines()).to.deep.equal([])
      expect(errors).to.have.length(1)
      isAway = false
      expect(await lines()).to.deep.equal(['things{place="0"} 1', 'places 1'])
    })
  })

  it('are read by whoever has the token, and by nobody where there is none', () => {
    const withToken = { kind: 'token', token: 'a-token-for-metrics' } as const
    expect(mayReadMetrics(withToken, 'Bearer a-token-for-metrics')).to.be.true
    expect(mayReadMetrics(withToken, 'bearer a-token-for-metrics')).to.be.true
    for (const other of [undefined, '', 'Bearer ', 'Bearer a-token', 'Basic a-token-for-metrics']) {
      expect(mayReadMetrics(withToken, other), other).to.be.false
    }
    expect(mayReadMetrics({ kind: 'closed' }, 'Bearer a-token-for-metrics')).to.be.false
    expect(mayReadMetrics({ kind: 'open' }, undefined)).to.be.true
  })
})
